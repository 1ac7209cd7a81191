// Keys of a container's role: Amazon ECS tasks, EKS Pod Identity, and whatever else speaks their protocol.
// Rules: AWS SDKs and Tools Reference Guide, "Container credential provider".
#pragma once

#include <memory>
#include <string>

#include "source/credentials.h"
#include "source/environment.h"
#include "source/http.h"

namespace weir::source {

// True where the platform has said by AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI that there are such keys.
[[nodiscard]] bool has_container_credentials(const Environment& environment);

// The address to ask; the relative one wins. Fails (access) where a full one is neither https nor a host that may be
// asked in the clear: loopback, and the link-local addresses of ECS and EKS. Pure but for `environment`.
[[nodiscard]] Result<std::string> container_credentials_url(const Environment& environment);

// The token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read anew each time, wins over
// AWS_CONTAINER_AUTHORIZATION_TOKEN.
[[nodiscard]] std::unique_ptr<CredentialSource> container_credentials(Environment environment,
                                                                      std::shared_ptr<HttpClient> http);

}  // namespace weir::source
