#include "cli/answer_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "clean/clean.h"
#include "cli/choice.h"
#include "cli/values.h"
#include "weir/period.h"

namespace weir::cli {
namespace {

constexpr const char* group = "What to count and show";

constexpr std::array<Choice<By>, 4> periods{
    {{"day", By::day}, {"week", By::week}, {"month", By::month}, {"year", By::year}}};
constexpr std::array<Choice<Sort>, 2> sorts{{{"events", Sort::events}, {"key", Sort::key}}};
constexpr std::array<Choice<Missing>, 2> missings{{{"keep", Missing::keep}, {"drop", Missing::drop}}};
constexpr std::array<Choice<PersonalMail>, 3> personal_mails{
    {{"keep", PersonalMail::keep}, {"group", PersonalMail::group}, {"drop", PersonalMail::drop}}};

struct FieldValue {
  Field field;
  std::string value;
};

// Such a condition no day ever meets: 2021-04, or a day that the calendar lacks.
Status check_day(const FieldValue& condition) {
  if (condition.field != Field::day || condition.value.empty()) return {};
  const Result<DayNumber> day = parse_since(condition.value);
  if (day && format_day(*day) == condition.value) return {};
  return fail(ErrorKind::usage, "bad value", "--where date=" + condition.value, "it is no day",
              "write it as 2021-04-24; --since and --until take months and years too");
}

Result<FieldValue> field_value(const std::string& flag, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::optional<Field> field = field_named(text.substr(0, equals));
  if (equals == std::string::npos || !field) {
    return fail(ErrorKind::usage, "bad value", flag + " " + text,
                equals == std::string::npos ? "it has no '='" : "there is no such field",
                "write it as FIELD=VALUE; the fields are id, timestamp, date, user, company, country, ip, uri, action "
                "and tag");
  }
  return FieldValue{*field, text.substr(equals + 1)};
}

}  // namespace

void AnswerFlags::add_to(CLI::App& app) {
  add_limit_to(app, "How many rows a question, or all");
  add_filter_to(app);
  std::string by = "Group dates by day, week, month or year";
  if (default_by_ == By::month) by += "; the default is month";
  app.add_option("--by", by_, by)->type_name("UNIT")->check(CLI::IsMember(words_of(periods)))->group(group);
  add_order_to(app);
  add_missing_to(app);
}

void AnswerFlags::add_limit_to(CLI::App& app, const std::string& description) {
  app.add_option("-n,--limit", limit_, description + "; the default is " + std::to_string(default_limit_))
      ->type_name("N|all")
      ->group(group);
}

void AnswerFlags::add_filter_to(CLI::App& app) {
  app.add_option("--since", since_, "Only events from this day on: 2019, 2019-06 or 2019-06-15")
      ->type_name("DAY")
      ->group(group);
  app.add_option("--until", until_, "Only events up to this day, it included")->type_name("DAY")->group(group);
  app.add_option("--where", where_, "Only events with this value; FIELD= is a missing one; the same field twice is OR")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false)
      ->group(group);
}

void AnswerFlags::add_order_to(CLI::App& app) {
  app.add_option("--sort", sort_, "Most events first, or in the order of keys")
      ->type_name("ORDER")
      ->check(CLI::IsMember(words_of(sorts)))
      ->group(group);
}

void AnswerFlags::add_missing_to(CLI::App& app) {
  app.add_option("--missing", missing_, "keep answers missing values as (none), drop leaves such rows out")
      ->type_name("HOW")
      ->check(CLI::IsMember(words_of(missings)))
      ->group(group);
  app.add_option("--fill", fill_, "Answer missing values of a field as VALUE")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option(
         "--personal-mail", personal_mail_,
         "Of companies, providers whose mail anybody may have: keep them, group them as (personal mail), or drop")
      ->type_name("HOW")
      ->check(CLI::IsMember(words_of(personal_mails)))
      ->group(group);
}

Result<Filter> AnswerFlags::filter() const {
  Filter filter;
  if (since_) {
    WEIR_TRY_ASSIGN(filter.since, parse_since(*since_));
  }
  if (until_) {
    WEIR_TRY_ASSIGN(filter.until, parse_until(*until_));
  }
  if (filter.since && filter.until && *filter.until < *filter.since) {
    return fail(ErrorKind::usage, "bad value", "--until " + *until_, "it lies before --since " + *since_,
                "put the earlier day first");
  }
  for (const std::string& text : where_) {
    WEIR_TRY_ASSIGN(FieldValue condition, field_value("--where", text));
    WEIR_TRY(check_day(condition));
    auto same = std::ranges::find(filter.where, condition.field, &Condition::field);
    if (same == filter.where.end()) same = filter.where.insert(same, Condition{condition.field, {}});
    const bool null = condition.value.empty();
    same->any_of.push_back(null ? std::nullopt : std::optional(std::move(condition.value)));
  }
  return filter;
}

std::optional<std::string_view> AnswerFlags::flag_about_keys() const {
  if (limit_) return "--limit";
  if (sort_) return "--sort";
  if (missing_) return "--missing";
  if (!fill_.empty()) return "--fill";
  return std::nullopt;
}

Result<AnswerOptions> AnswerFlags::options(const Context& context) const {
  AnswerOptions options;
  options.limit = default_limit_;
  options.by = default_by_;
  if (limit_) {
    WEIR_TRY_ASSIGN(options.limit, parse_limit("--limit", *limit_));
  }
  const FileConfig& config = context.config;
  WEIR_TRY(choose(periods, setting_of("--by", by_, config, "", {}), options.by));
  WEIR_TRY(choose(sorts, setting_of("--sort", sort_, config, "", {}), options.sort));
  WEIR_TRY(choose(missings, setting_of("--missing", missing_, config, "missing", config.missing), options.missing));
  WEIR_TRY(choose(personal_mails,
                  setting_of("--personal-mail", personal_mail_, config, "personal_mail", config.personal_mail),
                  options.personal_mail));
  if (options.personal_mail != PersonalMail::keep) options.personal_companies = personal_companies();
  options.fill = config.fill;
  for (const std::string& text : fill_) {
    WEIR_TRY_ASSIGN(FieldValue filled, field_value("--fill", text));
    if (filled.value.empty()) {
      return fail(ErrorKind::usage, "bad value", "--fill " + text, "it fills in nothing", "name a value after the '='");
    }
    options.fill[static_cast<std::size_t>(filled.field)] = std::move(filled.value);
  }
  return options;
}

}  // namespace weir::cli
