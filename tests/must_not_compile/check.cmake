# Compiles one file twice: with -DSYNOD_VALID it must pass, without it must fail as the file's first
# lines say: `// expect:` what the first error line must match, and, if they are there, `// shows:`
# what the whole output must match and `// at most: N lines` how long it may be. Called by ctest with
# FILE, COMPILER, INCLUDES.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${FILE}" first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${FILE}: the first line must read `// expect: <regular expression>`")
endif()
set(expected "${CMAKE_MATCH_1}")
file(STRINGS "${FILE}" shown LIMIT_COUNT 3 REGEX "^// shows: .+$")
file(STRINGS "${FILE}" length LIMIT_COUNT 3 REGEX "^// at most: [0-9]+ lines$")

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
if(shown)
  string(REPLACE "// shows: " "" shown "${shown}")
  if(NOT output MATCHES "${shown}")
    message(FATAL_ERROR "the output does not show what it should: ${shown}\n\n${output}")
  endif()
endif()
if(length)
  string(REGEX MATCH "[0-9]+" most "${length}")
  string(REGEX MATCHALL "\n" lines "${output}")
  list(LENGTH lines lines)
  if(lines GREATER most)
    message(FATAL_ERROR "${lines} lines of output, more than ${most}:\n\n${output}")
  endif()
endif()
message(STATUS "${first_error}")
