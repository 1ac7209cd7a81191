# Writes mail_providers.cpp into the build tree from npm's package email-providers (npm ci --ignore-scripts), or from
# wherever a packager says: a JSON array of domains, which is a C++ list but for its brackets.
set(WEIR_MAIL_PROVIDERS "${PROJECT_SOURCE_DIR}/node_modules/email-providers/all.json" CACHE FILEPATH
    "Domains whose mail anybody may have, as a JSON array")
if(NOT EXISTS ${WEIR_MAIL_PROVIDERS})
  message(FATAL_ERROR "No list of mail providers at ${WEIR_MAIL_PROVIDERS}: run `npm ci --ignore-scripts`, or set "
                      "WEIR_MAIL_PROVIDERS to a JSON array of domains")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${WEIR_MAIL_PROVIDERS})

file(READ ${WEIR_MAIL_PROVIDERS} weir_mail_providers)
string(REGEX REPLACE "[][]" "" weir_mail_providers "${weir_mail_providers}")
if(NOT weir_mail_providers MATCHES "^[ \t\r\n]*\"[^\"]*\"([ \t\r\n]*,[ \t\r\n]*\"[^\"]*\")*[ \t\r\n]*$")
  message(FATAL_ERROR "${WEIR_MAIL_PROVIDERS} is no JSON array of domains")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/mail_providers.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/mail_providers.cpp @ONLY)
