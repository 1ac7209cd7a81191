#include "weir/event.h"

#include <cassert>
#include <utility>

#include "weir/batch.h"

namespace weir {
namespace {

struct FieldWords {
  Field field;
  std::string_view canonical;
  std::string_view singular;
  std::string_view plural;
};
constexpr std::array<FieldWords, field_count> words{{
    {Field::id, "id", "id", "ids"},
    {Field::timestamp, "timestamp", "timestamp", "timestamps"},
    {Field::email, "email", "user", "users"},
    {Field::country, "country", "country", "countries"},
    {Field::ip, "ip", "ip", "ips"},
    {Field::uri, "uri", "uri", "uris"},
    {Field::action, "action", "action", "actions"},
    {Field::tags, "tags", "tag", "tags"},
    {Field::company, "company", "company", "companies"},
    {Field::day, "day", "date", "dates"},
}};

}  // namespace

std::string_view name_of(Field field) {
  if (field == Field::tag_pair) return "tag_pair";
  return words[static_cast<std::size_t>(field)].canonical;
}

std::optional<Field> field_named(std::string_view word) {
  for (const FieldWords& entry : words) {
    if (word == entry.canonical || word == entry.singular || word == entry.plural) return entry.field;
  }
  if (word == "emails") return Field::email;
  if (word == "days") return Field::day;
  return std::nullopt;
}

const std::vector<std::string_view>& EventBatch::text(Field field) const {
  switch (field) {
    case Field::id: return id;
    case Field::email: return email;
    case Field::company: return company;
    case Field::country: return country;
    case Field::ip: return ip;
    case Field::uri: return uri;
    case Field::action: return action;
    case Field::timestamp:
    case Field::tags:
    case Field::day:
    case Field::tag_pair: break;
  }
  static const std::vector<std::string_view> none;
  return none;
}

std::vector<std::string_view>& EventBatch::text(Field field) {
  assert(field != Field::timestamp && field != Field::tags && field != Field::day);
  return const_cast<std::vector<std::string_view>&>(std::as_const(*this).text(field));
}

}  // namespace weir
