# The target `package`: everything that scripts/package.py makes of what was built here, into packages/ of the build folder.
# Which files those are is written down in package.json.
get_property(lazy_files GLOBAL PROPERTY WEIR_LAZY_FILES)
list(TRANSFORM lazy_files REPLACE "(.+)" "\"\\1\"" OUTPUT_VARIABLE lazy_json)
list(JOIN lazy_json ", " lazy_json)
set(lean_program "")
if(TARGET weir-lean)
  set(lean_program "$<TARGET_FILE:weir-lean>")
endif()
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/package.json CONTENT "{
  \"version\": \"${PROJECT_VERSION}\",
  \"date\": \"${WEIR_RELEASE_DATE}\",
  \"summary\": \"${PROJECT_DESCRIPTION}\",
  \"duckdb\": $<IF:$<BOOL:${WEIR_DUCKDB}>,true,false>,
  \"program\": \"$<TARGET_FILE:weir>\",
  \"lean_program\": \"${lean_program}\",
  \"launcher\": \"$<TARGET_FILE:weir-launch>\",
  \"lazy_libraries\": [${lazy_json}],
  \"readelf\": \"${CMAKE_READELF}\",
  \"strip\": \"${CMAKE_STRIP}\",
  \"cmake\": \"${CMAKE_COMMAND}\"
}
")
add_custom_target(package
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/package.py ${CMAKE_BINARY_DIR}
  DEPENDS weir weir-launch weir_manual $<TARGET_NAME_IF_EXISTS:weir-lean>
  USES_TERMINAL VERBATIM)
