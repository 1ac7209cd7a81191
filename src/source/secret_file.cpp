#include "source/secret_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace weir::source {

Result<std::string> read_secret_file(const std::string& path, const std::string& what) {
  constexpr std::size_t bytes_max = std::size_t{64} * 1024;
  const auto refuse = [&](std::string why) {
    return fail(ErrorKind::access, fmt::format("cannot read {} in", what), path, std::move(why),
                "check the file, and who keeps it fresh");
  };
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return refuse(std::strerror(errno));
  std::string text(bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return refuse("it cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t from = std::min(text.find_first_not_of(blanks), text.size());
  const std::size_t end = text.find_last_not_of(blanks) + 1;
  text = from < end ? text.substr(from, end - from) : std::string();
  if (text.empty()) return refuse("it is empty");
  const bool is_token = text.size() <= bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
                          return static_cast<unsigned char>(c) >= ' ' && c != '\x7F';
                        });
  if (!is_token) return refuse("it holds no token");
  return text;
}

}  // namespace weir::source
