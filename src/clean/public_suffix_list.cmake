# Writes public_suffix_list.cpp into the build tree from Debian's publicsuffix package, or from wherever a packager says.
set(WEIR_PSL_DAFSA /usr/share/publicsuffix/public_suffix_list.dafsa CACHE FILEPATH
    "The Public Suffix List as a DAFSA (psl-make-dafsa --output-format=binary)")
set(WEIR_PSL_TEXT /usr/share/publicsuffix/public_suffix_list.dat CACHE FILEPATH "The same list as text, for its version")
foreach(file IN ITEMS ${WEIR_PSL_DAFSA} ${WEIR_PSL_TEXT})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "No Public Suffix List at ${file}: install Debian's package publicsuffix, or set WEIR_PSL_DAFSA "
                        "and WEIR_PSL_TEXT")
  endif()
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${WEIR_PSL_DAFSA} ${WEIR_PSL_TEXT})

# Lists published since 2024 carry "// VERSION: 2024-11-05_08-13-37_UTC"; for older ones the file's own day stands.
file(STRINGS ${WEIR_PSL_TEXT} weir_psl_version REGEX "^// VERSION: " LIMIT_COUNT 1)
if(weir_psl_version)
  string(REGEX REPLACE "^// VERSION: *" "" weir_psl_version "${weir_psl_version}")
else()
  file(TIMESTAMP ${WEIR_PSL_TEXT} weir_psl_version "%Y-%m-%d" UTC)
endif()

file(READ ${WEIR_PSL_DAFSA} weir_psl_hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," weir_psl_bytes "${weir_psl_hex}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/public_suffix_list.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/public_suffix_list.cpp @ONLY)
