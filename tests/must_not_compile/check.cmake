# Compiles one file twice: with -DSYNOD_VALID it must pass, without it must fail, and the first error
# line must match what the file's first line expects. Called by ctest with FILE, COMPILER, INCLUDES.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${FILE}" first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${FILE}: the first line must read `// expect: <regular expression>`")
endif()
set(expected "${CMAKE_MATCH_1}")

list(TRANSFORM INCLUDES PREPEND -I)
# LC_ALL=C: the same plain quotes from every compiler and in every country.
set(compile "${CMAKE_COMMAND}" -E env LC_ALL=C "${COMPILER}" -std=c++20 -fsyntax-only ${INCLUDES} "${FILE}")

execute_process(COMMAND ${compile} -DSYNOD_VALID RESULT_VARIABLE status ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the valid twin (-DSYNOD_VALID) does not compile:\n${output}")
endif()

execute_process(COMMAND ${compile} RESULT_VARIABLE status ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "compiles, and must not; expected: ${expected}")
endif()
string(REGEX MATCH "[^\n]*error: [^\n]*" first_error "${output}")
if(NOT first_error MATCHES "${expected}")
  message(FATAL_ERROR "the first error is not the expected one\n"
    "expected: ${expected}\nfirst error: ${first_error}\n\n${output}")
endif()
message(STATUS "${first_error}")
