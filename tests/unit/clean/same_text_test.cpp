#include "clean/same_text.h"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

TEST(SameText, SeesEveryByteOfEveryLength) {
  for (std::size_t length = 0; length <= 40; ++length) {
    const std::string one(length, 'a');
    EXPECT_TRUE(same_text(one, std::string(one))) << length;
    EXPECT_FALSE(same_text(one, one + "a")) << length;
    EXPECT_FALSE(same_text(one + "a", one)) << length;
    for (std::size_t at = 0; at < length; ++at) {
      std::string other = one;
      other[at] = 'b';
      EXPECT_FALSE(same_text(one, other)) << length << " at " << at;
    }
  }
}

TEST(SameText, NullIsLikeEmpty) {
  EXPECT_TRUE(same_text({}, ""));
  EXPECT_FALSE(same_text({}, "a"));
}

}  // namespace
}  // namespace weir
