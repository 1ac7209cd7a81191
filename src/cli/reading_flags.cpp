#include "cli/reading_flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>

#include "cli/setting.h"
#include "cli/values.h"

namespace weir::cli {
namespace {

constexpr const char* access_group = "Reaching S3";
constexpr const char* csv_group = "Reading CSV";

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (;;) {
    const std::size_t comma = text.find(',', from);
    parts.push_back(text.substr(from, comma - from));
    if (comma == std::string::npos) return parts;
    from = comma + 1;
  }
}

tl::unexpected<Error> bad_map(const std::string& text, std::string why) {
  return fail(ErrorKind::usage, "bad value", "--map " + text, std::move(why),
              "write it as FIELD=COLUMN[,COLUMN…], e.g. --map email=client_id,clientId; the fields are id, timestamp, "
              "email, country, ip, uri, action and tags");
}

Status add_map(const std::string& text, ColumnMap& map) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return bad_map(text, "it has no '='");
  const std::optional<Field> field = field_named(text.substr(0, equals));
  if (!field || static_cast<std::size_t>(*field) >= stored_field_count)
    return bad_map(text, "no column carries such a field");
  std::vector<std::string> columns = split(text.substr(equals + 1));
  if (std::ranges::find(columns, "") != columns.end()) return bad_map(text, "it names no column");
  auto& alternatives = map.alternatives[static_cast<std::size_t>(*field)];
  alternatives.insert(alternatives.end(), std::make_move_iterator(columns.begin()),
                      std::make_move_iterator(columns.end()));
  return {};
}

// Flags first, then what weir.toml says of fields that no flag names.
Result<ColumnMap> map_of(const std::vector<std::string>& flags, const ColumnMap& in_file) {
  ColumnMap map;
  for (const std::string& flag : flags) WEIR_TRY(add_map(flag, map));
  for (std::size_t field = 0; field < stored_field_count; ++field) {
    if (map.alternatives[field].empty()) map.alternatives[field] = in_file.alternatives[field];
  }
  return map;
}

}  // namespace

void AccessFlags::add_to(CLI::App& app) {
  app.add_option("--region", region_, "The bucket's region")->type_name("REGION")->group(access_group);
  app.add_option("--profile", profile_, "Profile of the shared AWS files")->type_name("NAME")->group(access_group);
  app.add_option("--endpoint-url", endpoint_url_, "An S3 server other than AWS's")
      ->type_name("URL")
      ->group(access_group);
  app.add_flag("--no-sign-request", no_sign_request_, "Do not sign: for public buckets")->group(access_group);
}

AccessOptions AccessFlags::resolve(const Context& context) const {
  const FileConfig& config = context.config;
  AccessOptions options;
  options.region = region_.value_or(config.region.value_or(""));
  options.profile = profile_.value_or(config.profile.value_or(""));
  options.endpoint_url = endpoint_url_.value_or(config.endpoint_url.value_or(""));
  options.no_sign_request = no_sign_request_ || config.no_sign_request.value_or(false);
  return options;
}

void ReadingFlags::add_to(CLI::App& app) {
  app.add_option("--map", maps_, "Columns that carry FIELD, the first that is there: email=client_id,clientId")
      ->type_name("FIELD=COLUMN,…")
      ->allow_extra_args(false)
      ->group(csv_group);
  app.add_option("--delimiter", delimiter_, "What stands between fields; told from the header line by default")
      ->type_name("CHAR")
      ->group(csv_group);
  app.add_flag("--no-header", no_header_, "The first line is data; --columns names the columns")->group(csv_group);
  app.add_option("--columns", columns_, "Column names of files without a header line")
      ->type_name("A,B,…")
      ->group(csv_group);
  app.add_option("--max-rejects", max_rejects_, "More rejected rows of a dump than this are a failure (exit 3)")
      ->type_name("N|P%")
      ->group(csv_group);
}

Result<ScanOptions> ReadingFlags::resolve(const Context& context) const {
  const FileConfig& config = context.config;
  ScanOptions options;
  WEIR_TRY_ASSIGN(options.columns, map_of(maps_, config.columns));
  options.csv.has_header = !(no_header_ || config.no_header.value_or(false));
  if (columns_) options.csv.columns = split(*columns_);
  if (columns_ && options.csv.has_header) {
    return fail(ErrorKind::usage, "bad flags", "--columns", "the file's header line names the columns",
                "add --no-header where there is none; --map renames columns");
  }
  if (const auto delimiter = setting_of("--delimiter", delimiter_, config, "delimiter", config.delimiter)) {
    WEIR_TRY_ASSIGN(options.csv.delimiter, parse_delimiter(delimiter->said_by, delimiter->text));
  }
  return options;
}

Result<RejectLimit> ReadingFlags::reject_limit(const Context& context) const {
  const FileConfig& config = context.config;
  const auto limit = setting_of("--max-rejects", max_rejects_, config, "max_rejects", config.max_rejects);
  if (!limit) return RejectLimit();
  Result<RejectLimit> parsed = parse_reject_limit(limit->text);
  if (!parsed) parsed.error().where = limit->said_by + " " + limit->text;
  return parsed;
}

}  // namespace weir::cli
