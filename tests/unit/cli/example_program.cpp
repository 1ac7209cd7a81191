#include "example_program.h"

#include <map>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

// Where parsed values go; nobody parses.
struct Values {
  std::string text;
  std::vector<std::string> list;
  int number = 0;
  bool flag = false;
};
Values values;

void add_common(CLI::App& app) {
  app.add_option("-f,--format", values.text, "How to write the data")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json", "ndjson", "csv"}))
      ->group("Common options");
  app.add_option("-o,--output", values.text, "Write to a file")->type_name("FILE")->group("Common options");
  app.add_flag("-q,--quiet", values.flag, "Say nothing but errors")->group("Common options");
}

void add_top(CLI::App& root) {
  CLI::App& top = *root.add_subcommand("top", "One question: who, where, when [it's 100 %: exact]");
  top.footer("Examples:\n  weir top users -n 5          the busiest five\n  weir top dates --where 'user=\\a'  't");
  add_common(top);
  top.add_option("QUESTION", values.text, "What to count")->required();
  top.add_option("SRC", values.list, "Dumps; none is the database");
  top.add_option("-n,--limit", values.text, "How many rows, or all")->type_name("N|all")->default_str("10");
  top.add_option("--where", values.list, "Only such events")->type_name("FIELD=VALUE")->allow_extra_args(false);
  top.add_option("--by", values.text, "Group dates")->type_name("day|week|month");
  top.add_option("--wait", values.number, "Seconds to wait")->envname("WEIR_WAIT")->check(CLI::Range(0, 100));
  const std::map<std::string, int> orders{{"events", 0}, {"key", 1}};
  top.add_option("--sort", values.number, "Order")->transform(CLI::CheckedTransformer(orders));
  top.add_option("--hidden", values.text, "Not shown")->group("");
}

}  // namespace

std::unique_ptr<CLI::App> example_program() {
  auto root = std::make_unique<CLI::App>("Measures what flows: counts \xC2\xB7 exactly.", "weir");
  root->footer("Examples:\n  weir insights a.csv\n.hidden by roff");
  root->set_version_flag("--version", "weir 0.1.0");
  add_common(*root);
  add_top(*root);
  CLI::App& tags = *root->add_subcommand("tags", "Tags, \"quoted\" and $(dangerous) and `this`");
  tags.add_option("--since", values.text, "From this day on")->type_name("DAY");
  CLI::App& database = *root->add_subcommand("db", "The schema");
  database.fallthrough();
  database.add_option("--db", values.text, "The database")->type_name("URL");
  database.require_subcommand(1);
  CLI::App& init = *database.add_subcommand("init", "Makes it");
  init.fallthrough();
  init.add_option("DEST", values.text, "Where");
  database.add_subcommand("migrate", "Brings it up to date")->alias("upgrade");
  root->add_subcommand("secret", "Not shown")->group("");
  return root;
}

ValueWords example_words() {
  return {{"QUESTION", {"countries", "users", "companies", "tags"}}, {"FIELD=VALUE", {"country=", "user="}}};
}

}  // namespace weir::cli
