#include <algorithm>
#include <string>
#include <vector>

#include "clean/clean.h"
#include "clean/domain.h"
#include "clean/mail_providers.h"

namespace weir {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const std::string_view domain : mail_provider_domains()) names.push_back(company_of_domain(domain));
  std::erase(names, unknown_company);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::span<const std::string_view> personal_companies() {
  static const std::vector<std::string> texts = names();
  static const std::vector<std::string_view> views(texts.begin(), texts.end());
  return views;
}

}  // namespace weir
