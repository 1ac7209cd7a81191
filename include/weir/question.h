// What can be asked, of which events, and what an answer stands on. Pure data; the same for files and for every
// database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/event.h"
#include "weir/period.h"

namespace weir {

// A question is a field whose values are counted. Each is one constant in one file of src/insight/.
struct Question {
  std::string_view name;      // plural, as typed and as answered: "countries"
  std::string_view singular;  // "country"
  std::string_view heading;   // of the table's key column: "Country"
  std::string_view summary;   // one line for --help
  Field field;
};

// All of them, in the contract's order. Static storage.
[[nodiscard]] std::span<const Question* const> all_questions();
// By name or singular; nullptr when there is none.
[[nodiscard]] const Question* find_question(std::string_view word);
// Pairs of tags that events carry together, by weir::tag_pair_key(). Not one of all_questions(); NULL is an event
// without a pair.
[[nodiscard]] const Question& tag_pairs_question();

// A condition on one field: any of the values matches (OR), or any of the patterns; nullopt is NULL, which no pattern
// matches. Of a pattern `*` is any text, `?` one character, and letters match either case (weir/tags.h). A field may
// have several conditions.
struct Condition {
  Field field;
  std::vector<std::optional<std::string>> any_of;
  std::vector<std::string> like = {};
};

// Which events count. Bounds are event days, both inclusive; conditions are ANDed; an event matches a tag condition
// when it carries such a tag.
struct Filter {
  std::optional<DayNumber> since;
  std::optional<DayNumber> until;
  std::vector<Condition> where;
  [[nodiscard]] bool empty() const { return !since && !until && where.empty(); }
  // The fields a row must carry decoded for the filter to be judged.
  [[nodiscard]] FieldSet fields() const;
};

enum class Missing { keep, drop };
// Companies that are providers of mail for anybody: as they are, together as personal_mail_key, or not at all.
enum class PersonalMail { keep, group, drop };
enum class Sort { events, key };
enum class By { day, week, month, year };  // of dates; a week is named by its ISO year and number: 2021-W13

// How an answer is cut. Changes answers, never stored rows. fill[field]: the key under which NULL (and for company also
// unknown_company) is answered instead of `(none)`.
struct AnswerOptions {
  std::optional<std::uint64_t> limit = 10;  // nullopt: all
  Sort sort = Sort::events;
  By by = By::day;
  Missing missing = Missing::keep;
  std::array<std::optional<std::string>, field_count> fill;
  PersonalMail personal_mail = PersonalMail::keep;
  // What the providers' mail makes of `company`, sorted bytewise; in static storage.
  std::span<const std::string_view> personal_companies{};
};

struct Count {
  std::string key;
  std::uint64_t events = 0;
  friend bool operator==(const Count&, const Count&) = default;
};

// rows: by events descending then key ascending (Sort::events), or key ascending; keys compare bytewise. At most
// `limit`. distinct: number of keys before the limit, `(none)` among them. events: matching rows, before Missing::drop.
struct Answer {
  const Question* question = nullptr;
  std::uint64_t distinct = 0;
  std::uint64_t events = 0;
  std::vector<Count> rows;
};

// What an answer stands on.
struct Coverage {
  DayNumber first_day = no_day;  // event days counted; no_day when none
  DayNumber last_day = no_day;
  std::vector<Period> periods;  // loaded dumps whose days meet since/until, ascending
  std::vector<Period> missing;  // gaps between the first and last loaded period, within since/until
  std::uint64_t rejected = 0;   // all rejects of those dumps
};

// Several questions answered over the same events.
struct Insights {
  std::uint64_t events = 0;
  Coverage coverage;
  std::vector<Answer> answers;
};

}  // namespace weir
