# connector_add_plugin(NAME SOURCES file... [LIBRARIES target...] [INCLUDES dir...])
#
# Makes NAME.so, a plugin as the host wants it: hidden visibility and a version script, so that exactly one symbol is
# exported; symbols of static libraries stay inside; -fno-gnu-unique, so that no object is shared with another plugin by
# accident; undefined symbols are an error now and not at load. The file is written to CONNECTOR_PLUGIN_OUTPUT_DIR, or
# the current binary directory.
set(CONNECTOR_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map CACHE INTERNAL "")

function(connector_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;INCLUDES")
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE connector::sdk ${arg_LIBRARIES})
  target_include_directories(${name} PRIVATE ${arg_INCLUDES})
  if(NOT CONNECTOR_PLUGIN_OUTPUT_DIR)
    set(CONNECTOR_PLUGIN_OUTPUT_DIR ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON LINK_DEPENDS ${CONNECTOR_PLUGIN_MAP}
    LIBRARY_OUTPUT_DIRECTORY ${CONNECTOR_PLUGIN_OUTPUT_DIR})
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${CONNECTOR_PLUGIN_MAP} -Wl,--exclude-libs,ALL -Wl,-z,relro,-z,now)
  if(NOT CONNECTOR_SANITIZER)  # a sanitizer's runtime is resolved from the program that loads the plugin
    target_link_options(${name} PRIVATE -Wl,--no-undefined)
  endif()
endfunction()
