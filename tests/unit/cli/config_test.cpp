#include "cli/config.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

namespace weir::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string>& columns_of(const FileConfig& config, Field field) {
  return config.columns.alternatives[static_cast<std::size_t>(field)];
}

// The error of a file with this text, with its place cut to "weir.toml:N".
Error error_of(const std::string& text) {
  const Folder folder;
  const std::string path = folder.file("weir.toml", text);
  Result<FileConfig> config = load_config(path);
  if (config) {
    ADD_FAILURE() << "accepted: " << text;
    return {};
  }
  Error error = config.error();
  EXPECT_EQ(error.kind, ErrorKind::usage);
  EXPECT_THAT(error.where, testing::StartsWith(path));
  error.where.erase(0, folder.path().size() + 1);
  return error;
}

TEST(LoadConfig, ReadsEverySetting) {
  const Folder folder;
  const std::string path = folder.file("weir.toml", R"(# a comment
source = "s3://work-sample-mk/{YYYY}/{MM}/events.csv"
source_name = "clicks"
db = "postgresql://weir:hunter2@host/db"
max_rejects = 100
threads = 2
memory_limit = "2GB"
wait = 1.5
format = "json"
progress = "none"
log_format = "json"
missing = "drop"
delimiter = ";"
no_header = true
[columns]
users = ["client_id", "clientId"]
"country" = "land"
[fill]
country = "nowhere"
company = "private"
[s3]
region = "eu-west-1"
profile = "work"
endpoint_url = "http://localhost:1"
no_sign_request = true
)");
  const FileConfig config = load_config(path).value();
  EXPECT_EQ(config.source, "s3://work-sample-mk/{YYYY}/{MM}/events.csv");
  EXPECT_EQ(config.source_name, "clicks");
  EXPECT_EQ(config.db, "postgresql://weir:hunter2@host/db");
  EXPECT_EQ(config.max_rejects, "100");
  EXPECT_EQ(config.threads, 2U);
  EXPECT_EQ(config.memory_limit, "2GB");
  EXPECT_EQ(config.wait_s, 1.5);
  EXPECT_EQ(config.format, "json");
  EXPECT_EQ(config.progress, "none");
  EXPECT_EQ(config.log_format, "json");
  EXPECT_EQ(config.missing, "drop");
  EXPECT_EQ(config.delimiter, ";");
  EXPECT_EQ(config.no_header, true);
  EXPECT_THAT(columns_of(config, Field::email), ElementsAre("client_id", "clientId"));
  EXPECT_THAT(columns_of(config, Field::country), ElementsAre("land"));
  EXPECT_TRUE(columns_of(config, Field::uri).empty());
  EXPECT_EQ(config.fill[static_cast<std::size_t>(Field::country)], "nowhere");
  EXPECT_EQ(config.fill[static_cast<std::size_t>(Field::company)], "private");
  EXPECT_EQ(config.region, "eu-west-1");
  EXPECT_EQ(config.profile, "work");
  EXPECT_EQ(config.endpoint_url, "http://localhost:1");
  EXPECT_EQ(config.no_sign_request, true);
  EXPECT_EQ(config.origin("format"), path + ":9");
  EXPECT_EQ(config.origin("columns.email"), path + ":16");
  EXPECT_EQ(config.origin("s3.region"), path + ":22");
  EXPECT_EQ(config.origin("nothing"), "");
}

TEST(LoadConfig, AnEmptyFileSaysNothing) {
  const Folder folder;
  const FileConfig config = load_config(folder.file("weir.toml", "")).value();
  EXPECT_FALSE(config.source || config.threads || config.no_header || config.wait_s);
  EXPECT_TRUE(config.origins.empty());
}

TEST(LoadConfig, NamesTheNearestKeyAndTheLine) {
  const Error error = error_of("db = \"duckdb:x\"\n\nsorce = \"a\"\n");
  EXPECT_EQ(error.where, "weir.toml:3");
  EXPECT_EQ(error.why, "unknown key \"sorce\"; did you mean \"source\"?");
  EXPECT_THAT(error.next, HasSubstr("max_rejects"));
  EXPECT_EQ(error_of("max-rejects = 3").why, "unknown key \"max-rejects\"; did you mean \"max_rejects\"?");
  EXPECT_EQ(error_of("[colums]\nemail = \"a\"").why, "unknown key \"colums\"; did you mean \"columns\"?");
  const Error nested = error_of("[s3]\nregoin = \"x\"");
  EXPECT_EQ(nested.where, "weir.toml:2");
  EXPECT_EQ(nested.why, "unknown key \"regoin\" in [s3]; did you mean \"region\"?");
  EXPECT_EQ(error_of("qqqqq = 1").why, "unknown key \"qqqqq\"");
}

TEST(LoadConfig, SaysWhereAMisplacedKeyBelongs) {
  EXPECT_EQ(error_of("region = \"x\"").why, "\"region\" belongs under [s3]");
  EXPECT_EQ(error_of("[s3]\nregion = \"x\"\nformat = \"json\"").why,
            "\"format\" belongs above the first [section], not under [s3]");
}

TEST(LoadConfig, SaysWhichTypeWasExpected) {
  EXPECT_EQ(error_of("\nsource = 3").why, "\"source\" is a whole number, and text was expected");
  EXPECT_EQ(error_of("\nsource = 3").where, "weir.toml:2");
  EXPECT_EQ(error_of("threads = \"two\"").why, "\"threads\" is text, and a whole number was expected");
  EXPECT_EQ(error_of("threads = 1.5").why, "\"threads\" is a number with a fraction, and a whole number was expected");
  EXPECT_EQ(error_of("threads = -1").why, "\"threads\" is -1, which is out of range");
  EXPECT_EQ(error_of("threads = 4294967296").why, "\"threads\" is 4294967296, which is out of range");
  EXPECT_EQ(error_of("wait = true").why, "\"wait\" is true or false, and a number was expected");
  EXPECT_EQ(error_of("no_header = \"yes\"").why, "\"no_header\" is text, and true or false was expected");
  EXPECT_EQ(error_of("max_rejects = [1]").why, "\"max_rejects\" is a list, and a whole number or text was expected");
  EXPECT_EQ(error_of("s3 = 2021-04-24").why, "\"s3\" is a date or time, and a section [s3] was expected");
  EXPECT_EQ(error_of("[fill]\nuri = 1").why, "\"uri\" is a whole number, and text was expected");
}

TEST(LoadConfig, ChecksTheFieldsOfColumns) {
  EXPECT_THAT(error_of("[columns]\nemial = \"a\"").why,
              HasSubstr("unknown field \"emial\" in [columns]; did you mean \"email\""));
  EXPECT_THAT(error_of("[columns]\ncompany = \"a\"").why, HasSubstr("it is made from email"));
  EXPECT_THAT(error_of("[columns]\ndate = \"a\"").why, HasSubstr("it is made from timestamp"));
  EXPECT_THAT(error_of("[columns]\nemail = \"a\"\nuser = \"b\"").why, HasSubstr("email is named twice in [columns]"));
  EXPECT_THAT(error_of("[columns]\nemail = []").why, HasSubstr("names no column"));
  EXPECT_THAT(error_of("[columns]\nemail = [\"a\", \"\"]").why, HasSubstr("names no column"));
  EXPECT_THAT(error_of("[columns]\nemail = [\"a\", 1]").why, HasSubstr("lists a whole number"));
  EXPECT_THAT(error_of("[columns]\nemail = 1").why, HasSubstr("a column's name, or a list of names"));
  EXPECT_THAT(error_of("[fill]\ncolour = \"a\"").why, HasSubstr("unknown field \"colour\" in [fill]"));
}

TEST(LoadConfig, RefusesSecretsAndNeverShowsOne) {
  for (const char* key : {"password", "aws_secret_access_key", "access_key_id", "session_token"}) {
    const Error error = error_of("[s3]\n" + std::string(key) + " = \"hunter2\"");
    EXPECT_THAT(error.why, HasSubstr("passwords and keys are not kept in weir.toml"));
    EXPECT_THAT(to_string(error), Not(HasSubstr("hunter2")));
  }
  EXPECT_THAT(to_string(error_of("db = [\"postgresql://u:hunter2@h\"]")), Not(HasSubstr("hunter2")));
  EXPECT_THAT(to_string(error_of("db = \"postgresql://u:hunter2@h\ncolour = 1")), Not(HasSubstr("hunter2")));
  EXPECT_THAT(to_string(error_of("db = \"postgresql://u:hunter2@h\"\ndb = \"hunter2\"")), Not(HasSubstr("hunter2")));
}

TEST(LoadConfig, SaysWhatIsNoToml) {
  const Error error = error_of("source = \"a\"\nformat = json\n");
  EXPECT_EQ(error.where, "weir.toml:2");
  EXPECT_THAT(error.why, HasSubstr("it is not TOML"));
  EXPECT_THAT(error_of("source = \"a\"\nsource = \"b\"").why, HasSubstr("source"));
  EXPECT_THAT(error_of(std::string("a = \"\xff\xfe\"")).why, HasSubstr("it is not TOML"));
}

TEST(LoadConfig, SaysWhatCannotBeRead) {
  const Folder folder;
  const auto missing = load_config(folder / "none.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::usage);
  EXPECT_EQ(missing.error().why, "No such file or directory");
  const auto directory = load_config(folder.path());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().why, "Is a directory");
}

TEST(LoadConfigs, LaysTheLocalFileOverTheGlobalOne) {
  const Folder folder;
  ConfigPlaces places;
  places.global = folder.file("home/weir/weir.toml",
                              "format = \"csv\"\nthreads = 4\nno_header = true\n[columns]\nemail = [\"a\", \"b\"]\n"
                              "uri = \"u\"\n[fill]\ncountry = \"x\"\n[s3]\nregion = \"r\"\nprofile = \"p\"\n");
  places.local = folder.file(
      "weir.toml",
      "format = \"json\"\nno_header = false\n[columns]\nemail = \"c\"\n[fill]\nuri = \"y\"\n[s3]\nregion = \"s\"\n");
  const FileConfig config = load_configs(places).value();
  EXPECT_EQ(config.format, "json");
  EXPECT_EQ(config.origin("format"), places.local + ":1");
  EXPECT_EQ(config.threads, 4U);
  EXPECT_EQ(config.origin("threads"), places.global + ":2");
  EXPECT_EQ(config.no_header, false);
  EXPECT_THAT(columns_of(config, Field::email), ElementsAre("c"));
  EXPECT_THAT(columns_of(config, Field::uri), ElementsAre("u"));
  EXPECT_EQ(config.fill[static_cast<std::size_t>(Field::country)], "x");
  EXPECT_EQ(config.fill[static_cast<std::size_t>(Field::uri)], "y");
  EXPECT_EQ(config.region, "s");
  EXPECT_EQ(config.profile, "p");
}

TEST(LoadConfigs, FilesThatAreNotThereSayNothing) {
  const Folder folder;
  const auto config = load_configs({folder / "weir.toml", folder / "no/such/folder/weir.toml"});
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->origins.empty());
  EXPECT_TRUE(load_configs({folder / "weir.toml", ""}));
}

TEST(LoadConfigs, BrokenFilesOfEitherPlaceAreErrors) {
  const Folder folder;
  const std::string good = folder.file("good.toml", "threads = 1");
  const std::string bad = folder.file("bad.toml", "thread = 1");
  for (const ConfigPlaces& places : {ConfigPlaces{good, bad}, ConfigPlaces{bad, good}}) {
    const auto config = load_configs(places);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().where, bad + ":1");
  }
}

// In a child, which gives up root's right to read everything.
TEST(LoadConfigs, AnUnreadableFileIsAnError) {
  const Folder folder;
  const std::string path = folder.file("weir.toml", "threads = 1");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0 && ::setuid(nobody) != 0) ::_exit(9);
    const auto config = load_configs({path, ""});
    ::_exit(!config && config.error().why == "Permission denied" && config.error().kind == ErrorKind::usage ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    const char* const before = ::getenv(name);
    if (before != nullptr) before_ = before;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(ConfigPlaces, FollowTheEnvironment) {
  const Variable home("HOME", "/home/ann");
  EXPECT_EQ(config_places().local, "weir.toml");
  {
    const Variable xdg("XDG_CONFIG_HOME", "/etc/ann");
    EXPECT_EQ(config_places().global, "/etc/ann/weir/weir.toml");
  }
  for (const char* useless : {static_cast<const char*>(nullptr), "", "relative"}) {
    const Variable xdg("XDG_CONFIG_HOME", useless);
    EXPECT_EQ(config_places().global, "/home/ann/.config/weir/weir.toml");
    const Variable no_home("HOME", nullptr);
    EXPECT_EQ(config_places().global, "");
  }
}

}  // namespace
}  // namespace weir::cli
