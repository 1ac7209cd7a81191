// Flags that take one of a few words.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/nearest.h"
#include "cli/setting.h"

namespace weir::cli {

template <class Value>
struct Choice {
  std::string_view word;
  Value value;
};

template <class Value, std::size_t size>
[[nodiscard]] std::vector<std::string> words_of(const std::array<Choice<Value>, size>& choices) {
  std::vector<std::string> words;
  words.reserve(size);
  for (const auto& choice : choices) words.emplace_back(choice.word);
  return words;
}

// Writes the value of the setting's word to `value`, which stays as it is where there is no setting. Fails (usage) on a
// word that is none of the choices.
template <class Value, std::size_t size>
[[nodiscard]] Status choose(const std::array<Choice<Value>, size>& choices, const std::optional<Setting>& setting,
                            Value& value) {
  if (!setting) return {};
  std::array<std::string_view, size> words;
  std::string known;
  for (std::size_t i = 0; i < size; ++i) {
    if (choices[i].word == setting->text) {
      value = choices[i].value;
      return {};
    }
    words[i] = choices[i].word;
    known.append(known.empty() ? "" : ", ").append(words[i]);
  }
  return fail(ErrorKind::usage, "bad value", setting->said_by + " " + setting->text,
              "no such choice" + did_you_mean(setting->text, words), "it is one of " + known);
}

}  // namespace weir::cli
