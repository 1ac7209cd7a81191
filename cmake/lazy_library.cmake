# weir_lazy_library(NAME TARGET FILE PREFIX): a library NAME to link in place of the shared library TARGET, whose FILE is then
# not loaded when the program starts but when one of its functions is first called. Loading DuckDB, libcurl and libpq takes
# as long as reading tens of megabytes, and most commands call at most one of them.
#
# NAME defines, out of sight of other libraries, each function of FILE whose name begins with PREFIX (alternatives by |), as
# a jump through a table whose entries begin as calls of src/base/lazy_library.h. Of TARGET it takes what compiling needs.
# The global property WEIR_LAZY_FILES has them all, since no tool reads them from the program.
# Where that is not known to work (anything but x86-64 Linux) NAME is TARGET.
function(weir_lazy_library name target file prefix)
  if(NOT (CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64"))
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${target})
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY WEIR_LAZY_FILES "${file}")
  execute_process(COMMAND ${CMAKE_NM} -D --defined-only "${file}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL " T (${prefix})[A-Za-z0-9_]+" functions "${symbols}")
  list(TRANSFORM functions REPLACE "^ T " "")
  list(REMOVE_DUPLICATES functions)
  execute_process(COMMAND ${CMAKE_READELF} -d "${file}" OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
  cmake_path(GET file FILENAME LAZY_FILE)
  if(dynamic MATCHES "soname: \\[([^]]+)\\]")
    set(LAZY_FILE "${CMAKE_MATCH_1}")
  endif()

  set(LAZY_ID ${name})
  set(LAZY_NAMES "")
  set(LAZY_STUBS "")
  set(index 0)
  foreach(function IN LISTS functions)
    string(APPEND LAZY_NAMES "    \"${function}\",\n")
    string(APPEND LAZY_STUBS "    stub ${function}, ${index}\n")
    math(EXPR index "${index} + 1")
  endforeach()
  if(index EQUAL 0)
    message(FATAL_ERROR "${file} exports no functions")
  endif()
  set(stubs "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/lazy_library.cpp.in" "${stubs}" @ONLY)
  add_library(${name} STATIC "${stubs}")
  target_link_libraries(${name} PRIVATE weir_base weir_warnings)
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS)
    set_property(TARGET ${name} PROPERTY INTERFACE_${property} $<TARGET_PROPERTY:${target},INTERFACE_${property}>)
  endforeach()
endfunction()
