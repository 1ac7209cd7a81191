// The INI dialect of ~/.aws/config and ~/.aws/credentials. Pure.
// Format: AWS SDKs and Tools Reference Guide, "Shared config and credentials files", and what the SDKs agree on beyond
// it:
//   [section]                 a section that comes twice is one section
//   key = value               the later value of a key wins; keys are lower-cased
//   key =                     a group: indented "key = value" lines below are its members
//     member = value
//   key = value               a line below a value that is indented more continues it, comment signs included
//     more of the value
//   # comment   ; comment     a line of its own, or after a value and a blank, or after a section
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::source {

// Members of a group are named "group.member": "s3.addressing_style".
using AwsSection = std::map<std::string, std::string, std::less<>>;
// Section names without brackets and quotes, blanks reduced to one: "default", "profile work", "services local".
using AwsFile = std::map<std::string, AwsSection, std::less<>>;

// Fails where the SDKs do: a section without its ']', a key outside of every section or without a name, a line that is
// none of the above. `path` is for the error, which says the line's number and nothing of the line: it may hold a key.
[[nodiscard]] Result<AwsFile> parse_aws_file(std::string_view text, const std::string& path);

}  // namespace weir::source
