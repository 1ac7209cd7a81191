#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "weir/batch.h"

namespace weir {
namespace {

using namespace std::literals;

void append_utf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 63U));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 63U));
    out += static_cast<char>(0x80U | (code & 63U));
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 63U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 63U));
    out += static_cast<char>(0x80U | (code & 63U));
  }
}

// Decodes, then looks at the number: slow, and the definition itself.
std::size_t reference_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5U == 6 ? 2 : lead >> 4U == 14 ? 3 : lead >> 3U == 30 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return i;
    std::uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if (byte >> 6U != 2) return i;
      code = (code << 6U) | (byte & 63U);
    }
    std::string shortest;
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return i;
    append_utf8(code, shortest);
    if (shortest.size() != length) return i;
    i += length;
  }
  return i;
}

TEST(ValidUtf8Prefix, AcceptsEveryCodePointAndNothingBetween) {
  for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
    std::string text;
    append_utf8(code, text);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    ASSERT_EQ(valid_utf8_prefix(text), surrogate ? 0 : text.size()) << code;
  }
}

TEST(ValidUtf8Prefix, EqualsTheReferenceOnEveryTwoBytesAndTheirNeighbours) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      for (const char* const rest : {"", "\x80", "\xBF\x80", "\x80\x80", "a\x80"}) {
        std::string text{static_cast<char>(first), static_cast<char>(second)};
        text += rest;
        ASSERT_EQ(valid_utf8_prefix(text), reference_prefix(text)) << first << ' ' << second;
      }
    }
  }
}

TEST(ValidUtf8Prefix, EqualsTheReferenceOnRandomMixtures) {
  std::mt19937 random(1);
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    const std::size_t pieces = random() % 12;
    for (std::size_t i = 0; i < pieces; ++i) {
      switch (random() % 4) {
        case 0: text += std::string(random() % 40, 'a'); break;
        case 1: append_utf8(static_cast<std::uint32_t>(random() % 0x800), text); break;
        case 2: append_utf8(static_cast<std::uint32_t>(random() % 0x110000), text); break;
        default:
          if (random() % 3 == 0) text += static_cast<char>(random());
      }
    }
    ASSERT_EQ(valid_utf8_prefix(text), reference_prefix(text)) << testing::PrintToString(text);
  }
}

TEST(ValidUtf8Prefix, FindsTheBadByteAtEveryPlace) {
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string good(length, 'x');
    EXPECT_EQ(valid_utf8_prefix(good), length);
    for (std::size_t at = 0; at < length; ++at) {
      std::string bad = good;
      bad[at] = '\xFF';
      EXPECT_EQ(valid_utf8_prefix(bad), at);
    }
  }
}

TEST(RejectRaw, KeepsTextAndEscapesWhatIsNone) {
  EXPECT_EQ(reject_raw(""), "");
  EXPECT_EQ(reject_raw("a,b\tc\"Côte\r\n"), "a,b\tc\"Côte\r\n");
  EXPECT_EQ(reject_raw("a\0b\xFF\xC3(\xE2\x82"s), "a\\x00b\\xff\\xc3(\\xe2\\x82");
}

TEST(RejectRaw, IsNeverLongerThanItMayBeAndNeverHalfACharacter) {
  EXPECT_EQ(reject_raw(std::string(10'000, 'a')).size(), reject_raw_max_bytes);
  for (std::size_t before = 0; before < 8; ++before) {
    std::string wide(before, 'a');
    while (wide.size() < 9000) wide += "€";
    const std::string kept = reject_raw(wide);
    EXPECT_LE(kept.size(), reject_raw_max_bytes);
    EXPECT_GT(kept.size(), reject_raw_max_bytes - 3);
    EXPECT_EQ(valid_utf8_prefix(kept), kept.size());
    const std::string escaped = reject_raw(std::string(before, 'a') + std::string(9000, '\xFF'));
    EXPECT_LE(escaped.size(), reject_raw_max_bytes);
    EXPECT_TRUE(escaped.ends_with("\\xff"));
  }
}

TEST(Printable, NeverLetsAControlCharacterThrough) {
  EXPECT_EQ(printable("plain Côte d'Ivoire €"), "plain Côte d'Ivoire €");
  EXPECT_EQ(printable("\x1b[2J\x07\n\t\r\x7f"), "\\x1b[2J\\x07\\n\\t\\x0d\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\x9b31m");  // CSI as one C1 character
  EXPECT_EQ(printable("\x9B"
                      "31m"),
            "\\x9b31m");                                  // and as a bare byte, which some terminals obey
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");           // the first character after C1
  EXPECT_EQ(printable("a\u202Eb"), "a\\xe2\\x80\\xaeb");  // turns the rest of a line around
  EXPECT_EQ(printable("\u200F\u2028\u2066\u061C"), "\\xe2\\x80\\x8f\\xe2\\x80\\xa8\\xe2\\x81\\xa6\\xd8\\x9c");
  EXPECT_EQ(printable("\u200D\u2027\u202F\u2065\u206A"), "\u200D\u2027\u202F\u2065\u206A");  // their neighbours
  EXPECT_EQ(printable("\0"s), "\\x00");
}

TEST(FormatCount, GroupsThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1'234'567), "1,234,567");
  EXPECT_EQ(format_count(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(FormatBytes, RoundsInDecimalUnits) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1.0 kB");
  EXPECT_EQ(format_bytes(1049), "1.0 kB");
  EXPECT_EQ(format_bytes(1050), "1.1 kB");
  EXPECT_EQ(format_bytes(999'949), "999.9 kB");
  EXPECT_EQ(format_bytes(999'950), "1.0 MB");
  EXPECT_EQ(format_bytes(174'548'802), "174.5 MB");
  EXPECT_EQ(format_bytes(1'700'000'000), "1.7 GB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "18.4 EB");
}

}  // namespace
}  // namespace weir
