#include "ingest/version.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::int64_t loaded_at_us = 1'700'000'000'000'000;
constexpr std::int64_t second_us = 1'000'000;

Ingestion loaded_from(std::string uri) {
  Ingestion loaded;
  loaded.uri = std::move(uri);
  loaded.etag = "v1";
  loaded.bytes = 100;
  loaded.started_at_us = loaded_at_us;
  loaded.finished_at_us = loaded_at_us + 5 * second_us;
  return loaded;
}

Object object_at(std::string uri, std::string version, std::int64_t modified_us = 0) {
  return {std::move(uri), 100, std::move(version), modified_us * 1000};
}

TEST(CompareVersion, RemoteVersionsDecide) {
  for (const std::string uri : {"s3://b/k", "https://h/k"}) {
    EXPECT_EQ(compare_version(loaded_from(uri), object_at(uri, "v1")), Sameness::same);
    EXPECT_EQ(compare_version(loaded_from(uri), object_at(uri, "v1", loaded_at_us)), Sameness::same);
    EXPECT_EQ(compare_version(loaded_from(uri), object_at(uri, "v2")), Sameness::different);
    EXPECT_EQ(compare_version(loaded_from(uri + "2"), object_at(uri, "v1")), Sameness::different);
  }
}

TEST(CompareVersion, WithoutAVersionTheContentDecides) {
  EXPECT_EQ(compare_version(loaded_from("https://h/k"), object_at("https://h/k", "")), Sameness::unsure);
  EXPECT_EQ(compare_version(loaded_from("-"), {"-", std::nullopt, "", 0}), Sameness::unsure);
}

TEST(CompareVersion, AnotherSizeIsAnotherDump) {
  for (const std::string uri : {"s3://b/k", "https://h/k", "data/k"}) {
    Object object = object_at(uri, "v1");
    object.bytes = 101;
    EXPECT_EQ(compare_version(loaded_from(uri), object), Sameness::different);
    object.version.clear();
    EXPECT_EQ(compare_version(loaded_from(uri), object), Sameness::different);
  }
}

TEST(CompareVersion, LocalFilesAreTheSameUntilTouched) {
  const Ingestion loaded = loaded_from("data/k");
  EXPECT_EQ(compare_version(loaded, object_at("data/k", "v1", loaded_at_us - 10 * second_us)), Sameness::same);
  EXPECT_EQ(compare_version(loaded, object_at("data/k", "v2", loaded_at_us - 10 * second_us)), Sameness::unsure);
  EXPECT_EQ(compare_version(loaded, object_at("data/l", "v1", loaded_at_us - 10 * second_us)), Sameness::unsure);
}

TEST(CompareVersion, LocalFilesWrittenAroundTheLoadAreUnsure) {
  const Ingestion loaded = loaded_from("data/k");
  EXPECT_EQ(compare_version(loaded, object_at("data/k", "v1", loaded_at_us - 2 * second_us - 1)), Sameness::same);
  for (const std::int64_t after_us : {-2 * second_us, std::int64_t{0}, 7 * second_us, 1'000 * second_us}) {
    EXPECT_EQ(compare_version(loaded, object_at("data/k", "v1", loaded_at_us + after_us)), Sameness::unsure)
        << after_us;
  }
}

TEST(CompareVersion, SecretsOfAWebAddressDoNotCount) {
  for (const auto& [then, now] : {std::pair("https://h/k#3", "https://h/k"), std::pair("https://h/k", "https://h/k#2"),
                                  std::pair("http://h/k#2", "http://h/k#7")}) {
    EXPECT_EQ(compare_version(loaded_from(then), object_at(now, "v1")), Sameness::same) << then;
    EXPECT_EQ(compare_version(loaded_from(then), object_at(now, "v2")), Sameness::different) << then;
  }
  EXPECT_EQ(compare_version(loaded_from("https://h/j#2"), object_at("https://h/k#2", "v1")), Sameness::different);
  EXPECT_EQ(compare_version(loaded_from("s3://b/k#2"), object_at("s3://b/k#3", "v1")), Sameness::different)
      << "keys are bytes";
}

TEST(IsLocalFile, IsWhatCanBeReadTwice) {
  EXPECT_TRUE(is_local_file({"data/k", 1, "v", 0}));
  EXPECT_FALSE(is_local_file({"data/fifo", {}, "", 0}));
  EXPECT_FALSE(is_local_file({"-", {}, "", 0}));
  EXPECT_FALSE(is_local_file({"s3://b/k", 1, "v", 0}));
  EXPECT_FALSE(is_local_file({"https://h/k", {}, "", 0}));
}

}  // namespace
}  // namespace weir
