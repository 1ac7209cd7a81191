# weir_duckdb_part(STAGE WITH WITHOUT): whoever links STAGE gets the library WITH, which calls DuckDB; or, in a program whose
# property WEIR_LEAN is on, and everywhere under -DWEIR_DUCKDB=OFF, the library WITHOUT, which defines the same functions and
# refuses what they do. No other object file knows of the difference, so that a build has both programs by linking twice.
function(weir_duckdb_part stage with without)
  if(WEIR_DUCKDB)
    target_link_libraries(${stage} INTERFACE $<IF:$<BOOL:$<TARGET_PROPERTY:WEIR_LEAN>>,${without},${with}>)
  else()
    target_link_libraries(${stage} INTERFACE ${without})
  endif()
endfunction()
