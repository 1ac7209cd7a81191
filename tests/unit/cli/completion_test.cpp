#include "cli/completion.h"

#include <gmock/gmock.h>

#include <sstream>

#include "example_program.h"
#include "terminal.h"

namespace weir::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;
using Words = std::vector<std::string>;

std::string script_for(Shell shell) {
  return completion_script(*example_program(), shell, example_words());
}

Words lines_of(const std::string& text) {
  std::istringstream in(text);
  Words lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A shell that is not installed fails its tests: they are what proves the scripts.
void require(const std::string& shell) {
  ASSERT_EQ(run("command -v " + shell).exit_code, 0) << shell << " is not installed, and its completion is untested";
}

TEST(ShellNamed, KnowsThree) {
  EXPECT_EQ(shell_named("bash"), Shell::bash);
  EXPECT_EQ(shell_named("zsh"), Shell::zsh);
  EXPECT_EQ(shell_named("fish"), Shell::fish);
  EXPECT_EQ(shell_named("tcsh"), std::nullopt);
}

class Completion : public testing::Test {
 protected:
  // What a shell says of its script when it only parses it.
  Outcome parsed(const std::string& shell, Shell kind) {
    require(shell);
    return run(shell + " -n " + folder_.file("script", script_for(kind)));
  }
  // A line typed into a shell on a terminal, and what the program gets when it is entered: there, `weir` is a function
  // that prints its arguments.
  std::string typed(const Words& command, Shell kind, const std::string& setup, const std::string& line) {
    const std::string script = folder_.file("script", script_for(kind));
    Terminal terminal(command, folder_.path());
    terminal.type(setup + "weir() { printf '<%s>' G''OT \"$@\" E''ND; }; . " + script + "; echo RE''ADY\n");
    EXPECT_THAT(terminal.read_until("READY\r\n"), HasSubstr("READY"));
    terminal.type(line + "\n");
    terminal.read_until("<GOT>");
    const std::string got = terminal.read_until("<END>");
    return got.substr(0, got.find("<END>"));
  }
  std::string in_bash(const std::string& line) {
    return typed({"bash", "--norc", "--noprofile", "-i"}, Shell::bash, "bind 'set enable-bracketed-paste off'; ", line);
  }
  std::string in_zsh(const std::string& line) {
    return typed({"zsh", "-f", "-i"}, Shell::zsh, "unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; ",
                 line);
  }
  // COMPREPLY for the last of these words.
  Words bash_replies(const Words& words) {
    std::string driver = script_for(Shell::bash) + "COMP_WORDS=(";
    for (const std::string& word : words) driver += " '" + word + "'";
    driver += ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
              "\n_weir\n((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const std::string path = folder_.file("driver", driver);
    return lines_of(run("cd " + folder_.path() + " && bash -u " + path).output);
  }
  // What fish offers for a line, descriptions cut off.
  Words fish_offers(const std::string& line) {
    const std::string script = folder_.file("script", script_for(Shell::fish));
    const Outcome outcome = run("cd " + folder_.path() + " && HOME=" + folder_.path() +
                                " fish --no-config -c 'source " + script + "; complete -C \"" + line + "\"'");
    Words offers = lines_of(outcome.output);
    for (std::string& offer : offers) offer.resize(std::min(offer.size(), offer.find('\t')));
    return offers;
  }
  const Folder folder_;
};

TEST_F(Completion, EveryShellParsesItsScript) {
  for (const auto& [name, kind] :
       {std::pair{"bash", Shell::bash}, std::pair{"zsh", Shell::zsh}, std::pair{"fish", Shell::fish}}) {
    const Outcome outcome = parsed(name, kind);
    EXPECT_EQ(outcome.exit_code, 0) << name;
    EXPECT_EQ(outcome.output, "") << name;
  }
}

TEST_F(Completion, HiddenThingsStayHidden) {
  for (const Shell shell : {Shell::bash, Shell::zsh, Shell::fish}) {
    EXPECT_THAT(script_for(shell), Not(HasSubstr("secret")));
    EXPECT_THAT(script_for(shell), Not(HasSubstr("hidden")));
  }
}

TEST_F(Completion, BashOffersCommandsAtEveryDepth) {
  require("bash");
  EXPECT_THAT(bash_replies({"weir", ""}), ElementsAre("top", "tags", "db"));
  EXPECT_THAT(bash_replies({"weir", "t"}), ElementsAre("top", "tags"));
  EXPECT_THAT(bash_replies({"weir", "-q", "t"}), ElementsAre("top", "tags"));
  EXPECT_THAT(bash_replies({"weir", "--format", "json", "d"}), ElementsAre("db"));
  EXPECT_THAT(bash_replies({"weir", "db", ""}), ElementsAre("init", "migrate"));
  EXPECT_THAT(bash_replies({"weir", "x"}), ElementsAre());
}

TEST_F(Completion, BashOffersFlagsOfTheCommand) {
  require("bash");
  EXPECT_THAT(bash_replies({"weir", "top", "--w"}), UnorderedElementsAre("--where", "--wait"));
  EXPECT_THAT(bash_replies({"weir", "top", "-"}), IsSupersetOf({"-h", "--help", "-n", "--limit", "-f", "--format"}));
  EXPECT_THAT(bash_replies({"weir", "tags", "--"}), Not(Contains("--where")));
  EXPECT_THAT(bash_replies({"weir", "db", "init", "--d"}), ElementsAre("--db"));  // its parent's
  EXPECT_THAT(bash_replies({"weir", "db", "upgrade", "--h"}), ElementsAre("--help"));
}

TEST_F(Completion, BashOffersListedValues) {
  require("bash");
  EXPECT_THAT(bash_replies({"weir", "top", "-f", ""}), ElementsAre("table", "json", "ndjson", "csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "--format", "=", "js"}), ElementsAre("json"));
  EXPECT_THAT(bash_replies({"weir", "top", "--format", "="}), ElementsAre("table", "json", "ndjson", "csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "--by", ""}), ElementsAre("day", "week", "month"));
  EXPECT_THAT(bash_replies({"weir", "top", "--sort", ""}), ElementsAre("events", "key"));
  EXPECT_THAT(bash_replies({"weir", "top", "--where", "c"}), ElementsAre("country="));
  EXPECT_THAT(bash_replies({"weir", "top", "--where", "country", "=", "Fr"}), ElementsAre());
  EXPECT_THAT(bash_replies({"weir", "top", "--limit", ""}), ElementsAre());
}

TEST_F(Completion, BashCountsPlaces) {
  require("bash");
  const std::string dump = folder_.file("dump 1.csv", "");
  EXPECT_THAT(bash_replies({"weir", "top", "c"}), ElementsAre("countries", "companies"));
  // A question that is named like a command stays a question.
  EXPECT_THAT(bash_replies({"weir", "top", "tags", "du"}), ElementsAre("dump 1.csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "users", "a.csv", "du"}), ElementsAre("dump 1.csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "-n", "5", "--where", "user", "=", "x", "users", "du"}),
              ElementsAre("dump 1.csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "users", "s3", ":", "//bucket/a", "du"}), ElementsAre("dump 1.csv"));
  EXPECT_THAT(bash_replies({"weir", "top", "--", "c"}), ElementsAre("countries", "companies"));
  EXPECT_THAT(bash_replies({"weir", "top", "--output", "du"}), ElementsAre("dump 1.csv"));
  EXPECT_THAT(bash_replies({"weir", "tags", "du"}), ElementsAre());
  EXPECT_THAT(bash_replies({"weir", "top", "users", "s3", ":"}), ElementsAre());
}

TEST_F(Completion, BashCompletesWhatIsTyped) {
  require("bash");
  const std::string dump = folder_.file("dump 1.csv", "");
  EXPECT_EQ(in_bash("weir top cou\tdu\t--format=js\t"), "<top><countries><dump 1.csv><--format=json>");
  EXPECT_EQ(in_bash("weir top --where cou\tFrance"), "<top><--where><country=France>");
}

TEST_F(Completion, ZshCompletesWhatIsTyped) {
  require("zsh");
  const std::string dump = folder_.file("dump 1.csv", "");
  EXPECT_EQ(in_zsh("weir top cou\tdu\t--format=js\t"), "<top><countries><dump 1.csv><--format=json>");
  EXPECT_EQ(in_zsh("weir top --where cou\tFrance"), "<top><--where><country=France>");
  EXPECT_EQ(in_zsh("weir db mig\t"), "<db><migrate>");
  EXPECT_EQ(in_zsh("weir db --db x in\tdu\t"), "<db><--db><x><init><dump 1.csv>");
  EXPECT_EQ(in_zsh("weir top -n 3 tags --lim\t4"), "<top><-n><3><tags><--lim4>");  // --limit is there already
}

TEST_F(Completion, FishOffersWhatFits) {
  require("fish");
  const std::string dump = folder_.file("dump1.csv", "");
  EXPECT_THAT(fish_offers("weir t"), UnorderedElementsAre("top", "tags"));
  EXPECT_THAT(fish_offers("weir db "), UnorderedElementsAre("init", "migrate"));
  EXPECT_THAT(fish_offers("weir top c"), UnorderedElementsAre("countries", "companies"));
  EXPECT_THAT(fish_offers("weir top tags du"), ElementsAre("dump1.csv"));
  EXPECT_THAT(fish_offers("weir top users a.csv du"), ElementsAre("dump1.csv"));
  EXPECT_THAT(fish_offers("weir top -n 5 c"), UnorderedElementsAre("countries", "companies"));
  EXPECT_THAT(fish_offers("weir top --w"), UnorderedElementsAre("--where", "--wait"));
  EXPECT_THAT(fish_offers("weir top --format js"), ElementsAre("json"));
  EXPECT_THAT(fish_offers("weir top --format=js"), ElementsAre("--format=json"));
  EXPECT_THAT(fish_offers("weir top --where c"), ElementsAre("country="));
  EXPECT_THAT(fish_offers("weir db init --d"), ElementsAre("--db"));
  EXPECT_THAT(fish_offers("weir tags du"), ElementsAre());
}

}  // namespace
}  // namespace weir::cli
