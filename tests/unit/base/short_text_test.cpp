#include "base/short_text.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir {
namespace {

// Texts of every length, some the same but for one byte, some but for their length, with bytes that are no letters.
std::vector<std::string> texts() {
  std::vector<std::string> all;
  std::mt19937 random(5);
  for (std::size_t length = 0; length <= short_text_max_bytes; ++length) {
    all.emplace_back(length, 'a');
    all.emplace_back(length, '\0');
    for (std::size_t i = 0; i < length; ++i) {
      std::string text(length, 'a');
      text[i] = static_cast<char>(random() % 255 + 1);
      all.push_back(text);
    }
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

TEST(ShortText, IsEqualWhereTheTextIs) {
  const std::vector<std::string> all = texts();
  for (const std::string& a : all) {
    for (const std::string& b : all) EXPECT_EQ(ShortText::of(a) == ShortText::of(b), a == b) << a << " and " << b;
  }
}

TEST(ShortText, HashesWhatIsEqualTheSameWhateverStandsBehindIt) {
  const HashSecrets secrets;
  std::set<std::uint64_t> hashes;
  for (const std::string& text : texts()) {
    const std::string other = text + std::string(short_text_max_bytes, '#');
    const std::uint64_t hash = ShortText::of(text).hash(secrets);
    EXPECT_EQ(ShortText::of_padded(other.data(), text.size()).hash(secrets), hash);
    EXPECT_TRUE(hashes.insert(hash).second) << "as another: " << text;
  }
}

TEST(ShortText, HashesBySecrets) {
  HashSecrets other;
  other.words[1] ^= 1U;
  EXPECT_NE(ShortText::of("ann@example.com").hash(HashSecrets{}), ShortText::of("ann@example.com").hash(other));
}

TEST(ShortText, FindsTheLastOfAByte) {
  for (const std::string& text : texts()) {
    const std::size_t at = text.rfind('a');
    EXPECT_EQ(ShortText::of(text).last_of('a'), at == std::string::npos ? short_text_max_bytes : at) << text;
  }
}

TEST(PackedText, IsEqualWhereTheTextIsAndSaysIt) {
  const HashSecrets secrets;
  std::set<std::uint64_t> hashes;
  std::vector<std::string> all = texts();
  std::erase_if(all, [](const std::string& text) { return text.empty() || text.size() > packed_text_max_bytes; });
  for (const std::string& a : all) {
    const PackedText packed = PackedText::of(a);
    EXPECT_EQ(packed.text(), a);
    EXPECT_FALSE(packed == PackedText()) << a;
    EXPECT_TRUE(hashes.insert(packed.hash(secrets)).second) << "as another: " << a;
    for (const std::string& b : all) EXPECT_EQ(packed == PackedText::of(b), a == b) << a << " and " << b;
  }
}

// What is behind a text may belong to nobody: here its page is the last one.
TEST(ShortText, ReadsNothingOfAPageThatIsNotThere) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const mapped = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  char* const end = static_cast<char*>(mapped) + page;
  ASSERT_EQ(munmap(end, page), 0);
  for (const std::string& text : texts()) {
    char* const place = end - text.size();
    std::copy(text.begin(), text.end(), place);
    EXPECT_TRUE(ShortText::of({place, text.size()}) == ShortText::of(text));
  }
  EXPECT_EQ(munmap(mapped, page), 0);
}

}  // namespace
}  // namespace weir
