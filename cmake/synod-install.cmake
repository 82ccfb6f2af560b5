# cmake --install: headers, the CMake package (share/cmake/synod) and synod.pc (share/pkgconfig).
# All of it is free of architecture.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(synod_config_dir "${CMAKE_INSTALL_DATADIR}/cmake/synod")

# INCLUDES DESTINATION serves consumers older than CMake 3.23, who do not know file sets.
install(TARGETS synod EXPORT synod
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT synod NAMESPACE synod:: FILE synod-targets.cmake DESTINATION "${synod_config_dir}")

foreach(component ranges rocksdb asio)
  if(TARGET synod-${component})
    install(TARGETS synod-${component} EXPORT synod-${component}
      FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
      INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(EXPORT synod-${component} NAMESPACE synod:: FILE synod-${component}-targets.cmake
      DESTINATION "${synod_config_dir}")
  endif()
endforeach()

configure_package_config_file(cmake/synod-config.cmake.in
  "${PROJECT_BINARY_DIR}/synod-config.cmake" INSTALL_DESTINATION "${synod_config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/synod-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  "${PROJECT_BINARY_DIR}/synod-config.cmake"
  "${PROJECT_BINARY_DIR}/synod-config-version.cmake"
  cmake/synod-dependencies.cmake
  DESTINATION "${synod_config_dir}")

configure_file(cmake/synod.pc.in "${PROJECT_BINARY_DIR}/synod.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/synod.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/synod")
