# connector_embed_text(TARGET FILE SYMBOL): FILE, a text in UTF-8, becomes part of TARGET, which reads it by
#   #include "embedded/SYMBOL.hpp"    // connector_host::embedded::SYMBOL, a constexpr std::string_view
# It is made anew when FILE changes. "@PROJECT_VERSION@" in the text becomes the version.
#
# This file is also the script that does it at build time.
function(connector_embed_text target file symbol)
  get_filename_component(source ${file} ABSOLUTE)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${target}-embedded/embedded/${symbol}.hpp)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DHEADER=${header} -DSYMBOL=${symbol} -DVERSION=${PROJECT_VERSION} -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${source} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Embedding ${file}" VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}-embedded)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ ${SOURCE} text)
  string(REPLACE "@PROJECT_VERSION@" "${VERSION}" text "${text}")
  string(FIND "${text}" ")embedded\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${SOURCE} has ')embedded\"' in it, which ends the C++ literal that it becomes")
  endif()
  get_filename_component(name ${SOURCE} NAME)
  file(WRITE ${HEADER} "// Made of ${name} at build time.\n#pragma once\n#include <string_view>\n\nnamespace connector_host::embedded {\n"
    "inline constexpr std::string_view ${SYMBOL} = R\"embedded(" "${text}" ")embedded\";\n}  // namespace connector_host::embedded\n")
endif()
