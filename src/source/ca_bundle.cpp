#include "source/ca_bundle.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace weir::source {
namespace {

constexpr std::array<const char*, 5> places{
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Amazon Linux, Fedora, Red Hat
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // those without their older names
    "/var/lib/ca-certificates/ca-bundle.pem",             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine without the package ca-certificates
};

std::string find_ca_bundle() {
  const char* const named = std::getenv("SSL_CERT_FILE");
  if (named != nullptr && *named != '\0') return named;
  for (const char* const place : places) {
    if (::access(place, R_OK) == 0) return place;
  }
  return "";
}

}  // namespace

std::string system_ca_bundle() {
  static const std::string found = find_ca_bundle();
  return found;
}

}  // namespace weir::source
