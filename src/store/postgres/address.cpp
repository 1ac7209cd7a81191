#include "store/postgres/address.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstring>
#include <memory>

namespace weir::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string value_of(const Options& options, const char* keyword) {
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (std::strcmp(option->keyword, keyword) == 0) return option->val == nullptr ? "" : option->val;
  }
  return "";
}

// What the URL says, else what the environment and libpq's own defaults say.
class Words {
 public:
  explicit Words(Options given) : given_(std::move(given)), otherwise_(PQconndefaults()) {}
  [[nodiscard]] std::string operator()(const char* keyword) const {
    const std::string given = value_of(given_, keyword);
    return given.empty() ? value_of(otherwise_, keyword) : given;
  }

 private:
  Options given_;
  Options otherwise_;
};

std::string display_of(const Words& word) {
  const std::string service = word("service");
  const std::string user = word("user");
  const std::string name = word("dbname").empty() ? user : word("dbname");
  const std::string host = word("host").empty() ? word("hostaddr") : word("host");
  const std::string port = word("port");
  if (host.empty() && !service.empty()) return fmt::format("postgresql:///?service={}", service);
  if (host.empty()) return fmt::format("postgresql://{}@/{}?port={}", user, name, port);
  if (host.front() == '/') return fmt::format("postgresql://{}@/{}?host={}&port={}", user, name, host, port);
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("postgresql://{}@{}:{}/{}", user, is_ipv6 ? "[" + host + "]" : host, port, name);
}

// A password with a bare @ or / ends too early, and its rest would be taken, and shown, as a host, port or database.
bool is_misread(const Options& options) {
  const bool is_host_odd = value_of(options, "host").find('@') != std::string::npos;
  const bool is_port_odd = value_of(options, "port").find_first_not_of("0123456789,") != std::string::npos;
  const bool is_name_odd =
      value_of(options, "user").empty() && value_of(options, "dbname").find('@') != std::string::npos;
  return is_host_odd || is_port_odd || is_name_odd;
}

}  // namespace

Result<Address> parse_address(const std::string& url) {
  char* message = nullptr;
  Options options(PQconninfoParse(url.c_str(), &message));
  PQfreemem(message);  // it quotes the URL, and so perhaps a password
  if (options == nullptr || is_misread(options)) {
    return fail(
        ErrorKind::usage, "cannot use the database", url.substr(0, url.find(':')) + ":…",
        "it is no URL that PostgreSQL's client library understands",
        "write postgresql://USER@HOST:PORT/DATABASE, with special characters (also those of a password) as %XX");
  }
  return Address{url, display_of(Words(std::move(options)))};
}

}  // namespace weir::postgres
