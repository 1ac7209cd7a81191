#include "weir/result.h"

namespace weir {

std::string to_string(const Error& error) {
  std::string text = error.what;
  if (!error.where.empty()) text += (text.empty() ? "" : " ") + error.where;
  if (!error.why.empty()) text += ": " + error.why;
  if (!error.next.empty()) text += "\n" + error.next;
  return text;
}

}  // namespace weir
