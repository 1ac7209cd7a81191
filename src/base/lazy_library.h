// A shared library that is loaded when one of its functions is first called: what cmake/lazy_library.cmake builds on.
#pragma once

#include <cstddef>

namespace weir {

struct LazyLibrary {
  const char* file;          // as the dynamic linker looks for it
  const char* const* names;  // of its functions
  void** entries;            // one each: where calls of the function jump to
};

}  // namespace weir

// Loads the library unless it is, puts the function into its entry, and returns it. Thread-safe. Where the library or
// the function is missing it says so and ends the process, as the dynamic linker would have done before it began.
extern "C" void* weir_lazy_function(const weir::LazyLibrary* library, std::size_t index);
