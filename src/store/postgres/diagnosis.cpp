#include "store/postgres/diagnosis.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "postgres_queries.h"
#include "store/postgres/session.h"

namespace weir::postgres {
namespace {

constexpr int oldest_tested = 150000;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

const PQconninfoOption* option_of(const Options& options, const char* keyword) {
  const PQconninfoOption* option = options.get();
  while (option != nullptr && option->keyword != nullptr && std::strcmp(option->keyword, keyword) != 0) ++option;
  return option == nullptr || option->keyword == nullptr ? nullptr : option;
}

std::string value_of(const Options& options, const char* keyword) {
  const PQconninfoOption* option = option_of(options, keyword);
  return option == nullptr || option->val == nullptr ? "" : option->val;
}

std::string variable(const char* name) {
  const char* value = name == nullptr ? nullptr : std::getenv(name);
  return value == nullptr ? "" : value;
}

// What the URL says, and what counts in the end.
class Settings {
 public:
  Settings(const Address& address, const PGconn* connection)
      : given_(PQconninfoParse(address.url.c_str(), nullptr)),
        effective_(connection == nullptr ? PQconndefaults() : PQconninfo(const_cast<PGconn*>(connection))) {}

  [[nodiscard]] std::string operator()(const char* keyword) const {
    const std::string given = value_of(given_, keyword);
    return given.empty() ? value_of(effective_, keyword) : given;
  }

  // A connection does not tell its own.
  [[nodiscard]] std::string service() const {
    const std::string given = value_of(given_, "service");
    return given.empty() ? variable("PGSERVICE") : given;
  }

  // "the URL", "PGHOST", "service events", "default"; empty where nobody says it.
  [[nodiscard]] std::string origin(const char* keyword) const {
    if (!value_of(given_, keyword).empty()) return "the URL";
    const PQconninfoOption* option = option_of(effective_, keyword);
    if (option == nullptr || option->val == nullptr || *option->val == '\0') return "";
    // libpq asks the service file before the environment.
    const std::string in_environment = variable(option->envvar);
    const std::string otherwise =
        in_environment.empty() && option->compiled != nullptr ? option->compiled : in_environment;
    const std::string service = this->service();
    if (!service.empty() && otherwise != option->val) return "service " + service;
    return in_environment.empty() ? "default" : option->envvar;
  }

 private:
  Options given_;
  Options effective_;
};

std::string service_file() {
  const std::string named = variable("PGSERVICEFILE");
  return named.empty() ? variable("HOME") + "/.pg_service.conf" : named;
}

std::string password_file(const Settings& settings) {
  const std::string named = settings("passfile");
  return named.empty() ? variable("HOME") + "/.pgpass" : named;
}

Finding about_address(const Settings& settings) {
  std::string origins;
  for (const auto& [keyword, word] :
       {std::pair{"host", "host"}, {"port", "port"}, {"user", "user"}, {"dbname", "database"}}) {
    const std::string origin = settings.origin(keyword);
    if (!origin.empty()) origins += fmt::format("{}{} from {}", origins.empty() ? "" : ", ", word, origin);
  }
  std::string text = origins;
  if (const std::string service = settings.service(); !service.empty()) {
    text += fmt::format("; service {} is looked for in {} and the system's pg_service.conf", service, service_file());
  }
  return {Verdict::ok, "address", text, "", false};
}

// libpq takes no password from a file that others may read, and says so on its own on stderr only.
std::optional<Finding> about_password_file(const Settings& settings) {
  const std::string path = password_file(settings);
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) {
    if (settings.origin("passfile") == "default" || settings.origin("passfile").empty()) return std::nullopt;
    return Finding{Verdict::warning, "password file",
                   fmt::format("{} ({}) is not there", path, settings.origin("passfile")),
                   "make it, with lines HOST:PORT:DATABASE:USER:PASSWORD, and chmod 600 it", false};
  }
  if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0) return std::nullopt;
  return Finding{Verdict::warning, "password file", path + " is not used: others may read it", "chmod 600 " + path,
                 false};
}

Finding about_password(const Settings& settings, PGconn* connection) {
  Finding finding{Verdict::ok, "password", "", "", false};
  const char* password = PQpass(connection);
  const bool asked = PQconnectionUsedPassword(connection) != 0;
  const std::string origin = settings.origin("password");
  if (password == nullptr || *password == '\0') {
    finding.text = "none given, none asked for";
  } else if (origin == "the URL") {
    finding.verdict = Verdict::warning;
    finding.text = "from the URL: on a command line others on this machine may see it for a moment";
    finding.next = "keep it in a password file (PGPASSFILE, or ~/.pgpass)";
  } else {
    finding.text = fmt::format("from {}", origin.empty() ? "the password file " + password_file(settings) : origin);
  }
  if (!finding.text.starts_with("none") && !asked) finding.text += "; the server did not ask for it";
  return finding;
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

Finding about_tls(const Settings& settings, PGconn* connection) {
  Finding finding{Verdict::ok, "TLS", "", "", false};
  const std::string host = PQhost(connection) == nullptr ? "" : PQhost(connection);
  const std::string mode = settings("sslmode");
  const char* how_to =
      "sslmode=verify-full in the URL or PGSSLMODE, with sslrootcert (PGSSLROOTCERT) naming the CA's file";
  if (host.starts_with('/')) {
    finding.text = "not needed: the server is reached by a socket of this machine";
  } else if (PQsslInUse(connection) != 0) {
    finding.text = fmt::format("{}, {}; sslmode={} ({})", PQsslAttribute(connection, "protocol"),
                               PQsslAttribute(connection, "cipher"), mode, settings.origin("sslmode"));
    if (mode != "verify-full" && !is_this_machine(host)) {
      finding.verdict = Verdict::warning;
      finding.text +=
          mode == "verify-ca" ? "; the server's name is not checked" : "; nobody checks that it is the right server";
      finding.next = how_to;
    }
  } else {
    finding.text = fmt::format("none; sslmode={} ({})", mode, settings.origin("sslmode"));
    if (!is_this_machine(host)) {
      finding.verdict = Verdict::warning;
      finding.text += "; what is sent can be read and changed on the way";
      finding.next = how_to;
    }
  }
  return finding;
}

Finding about_version(PGconn* connection) {
  const char* version = PQparameterStatus(connection, "server_version");
  Finding finding{Verdict::ok, "server", fmt::format("PostgreSQL {}", version == nullptr ? "?" : version), "", false};
  if (PQserverVersion(connection) < oldest_tested) {
    finding.verdict = Verdict::warning;
    finding.next = "weir is tested with PostgreSQL 15: use that or a newer one";
  }
  return finding;
}

struct Rights {
  std::string user, login, schema;
  bool superuser, standby, read_only, tables, reads, owns, creates;
};

Result<Rights> rights_in(Session& session) {
  Rights rights{};
  WEIR_TRY(session.query(postgres_queries::rights, {}, [&](const Row& row) {
    rights = {
        std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(5)), row.boolean(2), row.boolean(3),
        row.boolean(4),           row.boolean(6),           row.boolean(7),           row.boolean(8), row.boolean(9)};
  }));
  return rights;
}

Finding about_role(const Rights& rights) {
  std::string text = rights.user;
  if (rights.login != rights.user) text += fmt::format(", logged in as {}", rights.login);
  if (!rights.superuser) return {Verdict::ok, "role", text, "", false};
  return {Verdict::warning, "role", text + ", a superuser: more than weir needs",
          "log in as a member of weir_reader or weir_loader (deploy/postgres/grants.sql)", false};
}

Finding about_rights(const Rights& rights) {
  const char* how_to =
      "have the database's owner grant it: weir_reader reads, weir_loader loads and drops (deploy/postgres/grants.sql)";
  if (rights.schema.empty()) {
    return {Verdict::problem, "rights", "no schema of the search_path is there",
            "make one, or name another: ?options=-csearch_path%3DSCHEMA", false};
  }
  const std::string where = fmt::format("schema {}", rights.schema);
  if (!rights.tables) {
    if (rights.creates && !rights.standby) {
      return {Verdict::ok, "rights", fmt::format("may make weir's tables in {}", where), "", false};
    }
    return {Verdict::problem, "rights",
            fmt::format("may not make weir's tables in {}, where there are none{}", where,
                        rights.standby ? ": a standby" : ""),
            rights.standby ? "connect to the primary server" : how_to, !rights.standby};
  }
  if (!rights.reads) return {Verdict::problem, "rights", "may not read weir's tables in " + where, how_to, true};
  if (!rights.owns) return {Verdict::ok, "rights", "reads in " + where + ", and may not load or drop", "", false};
  if (rights.standby || rights.read_only) {
    return {Verdict::ok, "rights",
            fmt::format("reads in {}; {} does not load or drop", where,
                        rights.standby ? "a standby" : "a session that is read-only by default"),
            "", false};
  }
  return {Verdict::ok, "rights", "reads, loads and drops in " + where, "", false};
}

}  // namespace

std::vector<Finding> diagnose(const Address& address) {
  std::vector<Finding> findings;
  const auto session =
      Session::open(address, fmt::format("weir[{}]", ::getpid()), "cannot connect to", OnInterrupt::stop);
  PGconn* connection = session ? static_cast<PGconn*>((*session)->connection()) : nullptr;
  const Settings settings(address, connection);
  findings.push_back(about_address(settings));
  if (const auto finding = about_password_file(settings); finding) findings.push_back(*finding);
  if (!session) {
    findings.push_back(problem_of("server", session.error()));
    return findings;
  }
  findings.push_back(about_version(connection));
  findings.push_back(about_password(settings, connection));
  findings.push_back(about_tls(settings, connection));
  const Result<Rights> rights = rights_in(**session);
  if (!rights) {
    findings.push_back(problem_of("rights", rights.error()));
    return findings;
  }
  findings.push_back(about_role(*rights));
  findings.push_back(about_rights(*rights));
  return findings;
}

}  // namespace weir::postgres
