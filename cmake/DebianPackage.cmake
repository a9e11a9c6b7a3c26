# The Debian package: cpack -G DEB in a build tree whose connector-host and plugins/all are built, on the release of Debian that
# it is for. It is the component "host", which a plain install has as well, and "debian", which only the package has.
cmake_host_system_information(RESULT debian_release QUERY DISTRIB_VERSION_ID)
cmake_host_system_information(RESULT distribution QUERY DISTRIB_ID)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME connector-host)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL host debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME connector-host)
# The release is in the version, so that both may lie in one archive, and an upgrade of Debian upgrades the package.
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~deb${debian_release})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "maintainers <maintainers@example.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "moves records between systems without losing one")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "\
One process runs connectors that a YAML topology describes. Their sources,
dedup stores, transforms and sinks are plugins: RabbitMQ, Redis, Kafka, files.

A message is acknowledged only after its destination has confirmed it. The
brokers may be anywhere; none of them is needed on this machine.")
# The libraries by dpkg-shlibdeps; beside them only who makes the user, as debhelper has it.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(from ${CMAKE_SOURCE_DIR}/deploy)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${from}/deb/conffiles ${from}/deb/postinst ${from}/deb/prerm ${from}/deb/postrm)

set(package_version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${from}/deb/changelog.in changelog.Debian @ONLY)
find_program(GZIP gzip)
if(GZIP)
  install(CODE "
    execute_process(COMMAND ${GZIP} -9nc INPUT_FILE ${CMAKE_BINARY_DIR}/changelog.Debian OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.Debian.gz)
    execute_process(COMMAND ${GZIP} -9nc INPUT_FILE ${CMAKE_SOURCE_DIR}/CHANGELOG.md OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.gz)"
    COMPONENT debian EXCLUDE_FROM_ALL)
endif()

# Not relative to a prefix: where systemd and an administrator look.
install(FILES ${from}/systemd/connector-host.service DESTINATION /usr/lib/systemd/system COMPONENT debian EXCLUDE_FROM_ALL)
if(distribution STREQUAL debian AND debian_release VERSION_GREATER_EQUAL 13)
  install(FILES ${from}/systemd/notify-reload.conf DESTINATION /usr/lib/systemd/system/connector-host.service.d COMPONENT debian EXCLUDE_FROM_ALL)
endif()
install(FILES ${from}/systemd/connector-host.sysusers DESTINATION /usr/lib/sysusers.d RENAME connector-host.conf COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${from}/systemd/connector-host.default DESTINATION /etc/default RENAME connector-host
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_SOURCE_DIR}/configs/rmq-to-kafka.yaml DESTINATION /etc/connector-host COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${from}/deb/copyright ${CMAKE_SOURCE_DIR}/docs/operations.md ${CMAKE_BINARY_DIR}/changelog.gz ${CMAKE_BINARY_DIR}/changelog.Debian.gz
  DESTINATION /usr/share/doc/connector-host COMPONENT debian EXCLUDE_FROM_ALL)

include(CPack)
