# Every warning is an error, in our code only.
add_library(weir_warnings INTERFACE)
target_compile_options(weir_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  # GCC 12 sees overlaps in std::string's own insert() where there are none (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEIR_SANITIZE})
  # The checks a sanitizer adds hide from GCC's flow analysis what it knows without them: <regex> of its own library then
  # looks uninitialised, and a month of two digits looks too long. Builds without sanitizers keep both warnings.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(weir_warnings INTERFACE -Wno-maybe-uninitialized -Wno-format-truncation)
  endif()
endif()
