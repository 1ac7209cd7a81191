#include "weir/result.h"

namespace weir {

std::string facts_of(const Error& error) {
  std::string text = error.what;
  if (!error.where.empty()) text += (text.empty() ? "" : " ") + error.where;
  if (!error.why.empty()) text += ": " + error.why;
  return text;
}

std::string to_string(const Error& error) {
  std::string text = facts_of(error);
  if (!error.next.empty()) text += "\n" + error.next;
  return text;
}

}  // namespace weir
