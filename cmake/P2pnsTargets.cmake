# One target per folder. `p2pns_library(kbr SOURCES ... DEPENDS ...)` makes the static library p2pns_kbr, alias p2pns::kbr.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # base_dir makes a clone elsewhere, or a second work tree, share the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

# Not -Wnull-dereference: GCC 12 thinks possible the null that result<T, E> gives for an error, behind the very check.
set(P2PNS_WARNINGS -Wall -Wextra -Wpedantic -Werror -Wshadow -Woverloaded-virtual -Wold-style-cast
    -Wimplicit-fallthrough -Wduplicated-cond)

set(P2PNS_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
if(P2PNS_SANITIZE)
  add_compile_options(-fsanitize=${P2PNS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${P2PNS_SANITIZE})
  # GCC 12 reports maybe-uninitialized inside its own headers once sanitizers are on.
  list(APPEND P2PNS_WARNINGS -Wno-maybe-uninitialized)
endif()
if(P2PNS_SANITIZE MATCHES "thread")
  # The sanitizer does not know Asio's fences: decision 0032.
  list(APPEND P2PNS_WARNINGS -Wno-tsan)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(REMOVE_ITEM P2PNS_WARNINGS -Wduplicated-cond -Wno-maybe-uninitialized -Wno-tsan)
endif()

function(p2pns_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(p2pns_${name} STATIC ${ARG_SOURCES})
  add_library(p2pns::${name} ALIAS p2pns_${name})
  target_include_directories(p2pns_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(p2pns_${name} PRIVATE ${P2PNS_WARNINGS})
  target_link_libraries(p2pns_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
endfunction()

function(p2pns_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${P2PNS_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
endfunction()

# p2pns_plugin(dns SOURCES plugin_entry.cpp DEPENDS p2pns::dns): a plug-in as a file, lib/p2pns/dns.so. Everything it uses is
# linked into it, with default visibility: what the program has too comes from there (decision 0040).
function(p2pns_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(p2pns_plugin_${name} MODULE ${ARG_SOURCES})
  target_include_directories(p2pns_plugin_${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(p2pns_plugin_${name} PRIVATE ${P2PNS_WARNINGS})
  target_link_libraries(p2pns_plugin_${name} PRIVATE ${ARG_DEPENDS})
  set_target_properties(p2pns_plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/p2pns)
endfunction()

# For programs that load plug-ins from files: Asio keeps what the running thread does in a static member of a template,
# which must be one and the same in the program and in its plug-ins.
function(p2pns_takes_plugins program)
  set_target_properties(${program} PROPERTIES ENABLE_EXPORTS ON)
endfunction()

# What the thread sanitizer has something to look at in, and nothing else.
add_custom_target(tests_with_threads)

# p2pns_test(unit_base LABEL unit SOURCES ... DEPENDS ...): one GoogleTest executable, each TEST one ctest entry.
# THREADS: it runs more than one thread, and its label ends in -threads.
function(p2pns_test name)
  cmake_parse_arguments(ARG "THREADS" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  if(ARG_THREADS)
    string(APPEND ARG_LABEL -threads)
  endif()
  p2pns_executable(${name} SOURCES ${ARG_SOURCES} DEPENDS ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  if(ARG_THREADS)
    add_dependencies(tests_with_threads ${name})
  endif()
  # The code under test keeps its optimisation; tests themselves are not measured, and build in half the time without.
  target_compile_options(${name} PRIVATE -O0)
  # Relative to the folder that tests start in: an absolute path would make another command for the compiler's cache of
  # it in each clone.
  target_compile_definitions(${name} PRIVATE P2PNS_TEST_DATA="tests/data")
  # Parameters are numbered: their printed values are long, and hold addresses that differ from run to run.
  gtest_discover_tests(${name} NO_PRETTY_VALUES WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                       PROPERTIES LABELS ${ARG_LABEL} DISCOVERY_TIMEOUT 60)
endfunction()
