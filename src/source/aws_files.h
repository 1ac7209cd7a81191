// The INI dialect of ~/.aws/config and ~/.aws/credentials. Pure.
// Format: AWS SDKs and Tools Reference Guide, "Shared config and credentials files": "[section]" lines, "key = value"
// lines, indented "key = value" lines below a key without a value (a group), '#' and ';' comments on lines of their own
// or after a blank. Keys are lower-cased; later values win; a line that is none of these is passed over, as the AWS
// tools do.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weir::source {

// Keys inside a group are named "group.key": "s3.addressing_style".
using AwsSection = std::map<std::string, std::string, std::less<>>;
// Section names without brackets, blanks reduced to one: "default", "profile work", "services local".
using AwsFile = std::map<std::string, AwsSection, std::less<>>;

[[nodiscard]] AwsFile parse_aws_file(std::string_view text);

}  // namespace weir::source
