# Tests that are no Catch program: plain mains, files that must not compile, and two units in one
# program.

# Every tests/no_exceptions/*.cpp is a program of its own: 0 from main is success. The `noexcept`
# preset builds only these, with -fno-exceptions -fno-rtti.
file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/no_exceptions/*.cpp")
foreach(program IN LISTS programs)
  cmake_path(GET program STEM name)
  add_executable(synod-no-exceptions-${name} ${program})
  target_link_libraries(synod-no-exceptions-${name} PRIVATE synod::synod)
  target_include_directories(synod-no-exceptions-${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  add_test(NAME no_exceptions.${name} COMMAND synod-no-exceptions-${name})
  set_tests_properties(no_exceptions.${name} PROPERTIES TIMEOUT 120)
endforeach()

# All headers in two units of one program: a function without `inline` does not link.
set(includes "")
foreach(header IN LISTS SYNOD_HEADERS)
  cmake_path(RELATIVE_PATH header BASE_DIRECTORY include)
  string(APPEND includes "#include \"${header}\"\n")
endforeach()
file(CONFIGURE OUTPUT two_units/first.cpp CONTENT
  "@includes@int second();\nint main() { return second(); }\n" @ONLY)
file(CONFIGURE OUTPUT two_units/second.cpp CONTENT
  "@includes@int second();\nint second() { return 0; }\n" @ONLY)
add_executable(synod-two-units
  "${CMAKE_CURRENT_BINARY_DIR}/two_units/first.cpp"
  "${CMAKE_CURRENT_BINARY_DIR}/two_units/second.cpp")
target_link_libraries(synod-two-units PRIVATE synod::synod)
add_test(NAME two_units COMMAND synod-two-units)

# Every tests/must_not_compile/*.cpp, see the README there.
file(GLOB refused CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/must_not_compile/*.cpp")
foreach(file IN LISTS refused)
  cmake_path(GET file STEM name)
  add_test(NAME must_not_compile.${name}
    COMMAND "${CMAKE_COMMAND}"
      "-DFILE=${file}"
      "-DCOMPILER=${CMAKE_CXX_COMPILER}"
      "-DINCLUDES=$<TARGET_PROPERTY:synod-two-units,INCLUDE_DIRECTORIES>"
      -P "${CMAKE_CURRENT_SOURCE_DIR}/must_not_compile/check.cmake")
  set_tests_properties(must_not_compile.${name} PROPERTIES TIMEOUT 120 LABELS must_not_compile)
endforeach()
