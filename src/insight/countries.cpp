#include "insight/questions.h"

namespace weir::questions {

const Question countries{
    .name = "countries",
    .singular = "country",
    .heading = "Country",
    .summary = "Where events come from",
    .field = Field::country,
};

}  // namespace weir::questions
