// Puts objects into the test's S3 server. weir itself only reads.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace weir::s3_tests {

using KeyAndContent = std::pair<std::string, std::string>;

// Each by one signed PUT, one after the other over one connection. What went wrong, or nothing.
[[nodiscard]] std::string put_all(const std::string& bucket, const std::vector<KeyAndContent>& objects);
[[nodiscard]] std::string put(const std::string& bucket, const std::string& key, const std::string& content);

// An empty key: the bucket. By DELETE.
[[nodiscard]] std::string remove(const std::string& bucket, const std::string& key);
[[nodiscard]] std::string make_bucket(const std::string& bucket);

}  // namespace weir::s3_tests
