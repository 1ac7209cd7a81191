#include "weir/question.h"

namespace weir {

FieldSet Filter::fields() const {
  FieldSet fields;
  if (since || until) fields.insert(Field::day);
  for (const Condition& condition : where) fields.insert(condition.field);
  return fields;
}

}  // namespace weir
