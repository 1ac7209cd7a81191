#include "base/lazy_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>

namespace {

constexpr int exit_failed = 1;

[[noreturn]] void end_process(const char* file) {
  const char* const why = dlerror();
  std::fprintf(stderr, "weir: cannot load %s: %s; install it, or reinstall weir\n", file, why == nullptr ? "" : why);
  _exit(exit_failed);
}

}  // namespace

void* weir_lazy_function(const weir::LazyLibrary* library, std::size_t index) {
  // Once more for each function: the dynamic linker knows that it is loaded, and it is never unloaded.
  void* const handle = dlopen(library->file, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) end_process(library->file);
  void* const function = dlsym(handle, library->names[index]);
  if (function == nullptr) end_process(library->file);
  __atomic_store_n(&library->entries[index], function, __ATOMIC_RELEASE);
  return function;
}
