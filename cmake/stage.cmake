# weir_stage(NAME SOURCES… LINK…): one static library per stage, its headers reached as "<stage>/x.h" from src/. A stage
# links what it lists and nothing else; tests/house_rules.py checks the includes.
function(weir_stage name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(weir_${name} STATIC ${ARG_SOURCES})
  target_include_directories(weir_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(weir_${name} PUBLIC tl::expected ${ARG_LINK} PRIVATE weir_warnings ${ARG_PRIVATE_LINK})
endfunction()

