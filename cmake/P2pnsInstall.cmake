# What `cmake --install` puts where. The configuration is an example among the documents: /etc/p2pns/p2pns.yaml is the
# operator's, and no installation may overwrite it.
include(GNUInstallDirs)

configure_file(${CMAKE_SOURCE_DIR}/config/p2pnsd.service.in ${CMAKE_BINARY_DIR}/p2pnsd.service @ONLY)

install(TARGETS p2pnsd p2pns RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_BINARY_DIR}/p2pnsd.service DESTINATION lib/systemd/system)
install(FILES README.md LICENSE config/p2pns.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR})
