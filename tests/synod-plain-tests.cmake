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

# What users do with rings, compiled for the plain instruction set and for AVX2, in one program: it
# runs, and the disassembly shows that no function can be taken for its namesake. Without
# optimisation there are most functions to be taken for one.
find_package(Python3 COMPONENTS Interpreter)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  foreach(level 0 2)
    foreach(unit plain avx2)
      add_library(synod-two-isas-${level}-${unit} OBJECT two_isas/unit.cpp)
      target_link_libraries(synod-two-isas-${level}-${unit} PRIVATE synod::synod)
      target_compile_definitions(synod-two-isas-${level}-${unit} PRIVATE UNIT=${unit})
      target_compile_options(synod-two-isas-${level}-${unit} PRIVATE -O${level})
    endforeach()
    target_compile_options(synod-two-isas-${level}-avx2 PRIVATE -mavx2)
    add_executable(synod-two-isas-${level} two_isas/main.cpp
      $<TARGET_OBJECTS:synod-two-isas-${level}-plain> $<TARGET_OBJECTS:synod-two-isas-${level}-avx2>)
    add_test(NAME two_isas.${level} COMMAND synod-two-isas-${level})
    if(Python3_FOUND AND CMAKE_OBJDUMP)
      add_test(NAME two_isas.${level}.disassembly
        COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_SOURCE_DIR}/two_isas/check.py"
          "${CMAKE_OBJDUMP}"
          $<TARGET_OBJECTS:synod-two-isas-${level}-plain>
          $<TARGET_OBJECTS:synod-two-isas-${level}-avx2>)
    endif()
  endforeach()
endif()

# Readers of a ring beside a writer, watched by the thread sanitizer, where the compiler has it.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_FLAGS -fsanitize=thread)
check_cxx_source_compiles("int main() {}" SYNOD_HAS_THREAD_SANITIZER)
unset(CMAKE_REQUIRED_FLAGS)
if(SYNOD_HAS_THREAD_SANITIZER AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize|-fno-exceptions")
  add_executable(synod-ring-threads threads/ring.cpp)
  target_link_libraries(synod-ring-threads PRIVATE synod::synod)
  target_compile_options(synod-ring-threads PRIVATE -fsanitize=thread)
  target_link_options(synod-ring-threads PRIVATE -fsanitize=thread)
  add_test(NAME threads.ring COMMAND synod-ring-threads)
  set_tests_properties(threads.ring PROPERTIES TIMEOUT 120)
endif()

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
