# Everything that is not ours. Debian packages by pkg-config or CMake config; DuckDB from npm (npm ci --ignore-scripts), or
# from wherever a packager says.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(LIBCURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(LIBISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(LIBZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LIBXXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(LIBPSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)

# What calls DuckDB is left out where there is none (cmake/duckdb.cmake).
if(NOT WEIR_DUCKDB)
  return()
endif()
set(WEIR_DUCKDB_INCLUDE_DIR "${CMAKE_SOURCE_DIR}/node_modules/duckdb/src/duckdb/src/include" CACHE PATH
    "Where duckdb.h is")
set(WEIR_DUCKDB_LIBRARY "${CMAKE_SOURCE_DIR}/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so" CACHE FILEPATH
    "DuckDB's shared library, of the header's version")
if(NOT EXISTS "${WEIR_DUCKDB_INCLUDE_DIR}/duckdb.h" OR NOT EXISTS "${WEIR_DUCKDB_LIBRARY}")
  message(FATAL_ERROR "DuckDB not found: run `npm ci --ignore-scripts`, set WEIR_DUCKDB_INCLUDE_DIR and "
                      "WEIR_DUCKDB_LIBRARY, or build without it: -DWEIR_DUCKDB=OFF -DWEIR_TESTS=OFF")
endif()
# Only the C header is copied out, so that DuckDB's other headers can never be included.
configure_file("${WEIR_DUCKDB_INCLUDE_DIR}/duckdb.h" "${CMAKE_BINARY_DIR}/duckdb/duckdb.h" COPYONLY)
configure_file("${WEIR_DUCKDB_LIBRARY}" "${CMAKE_BINARY_DIR}/lib/weir/libduckdb.so" COPYONLY)
set(CMAKE_BUILD_RPATH "${CMAKE_BINARY_DIR}/lib/weir")  # whoever links it lazily looks for it when it is first called
add_library(weir_duckdb_c SHARED IMPORTED)
set_target_properties(weir_duckdb_c PROPERTIES
  IMPORTED_LOCATION "${CMAKE_BINARY_DIR}/lib/weir/libduckdb.so"
  INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_BINARY_DIR}/duckdb")
