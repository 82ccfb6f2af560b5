"""What Debian has installed, as a Conan package: boost/1.74.0, range-v3/0.12.0, rocksdb/7.8.3 or
xxhash/0.8.1.

For machines without a Conan remote. ([platform_requires] in a profile does not do: with it Conan
knows no component `boost::headers`, and CMakeDeps stops.) Exported once for each name:

    conan export . --name boost --version 1.74.0
"""

from conan import ConanFile


class InstalledConan(ConanFile):
    package_type = "header-library"
    options = {"header_only": [True, False]}
    default_options = {"header_only": True}

    def package_info(self):
        target = self.cpp_info
        if self.name == "boost":
            self.cpp_info.set_property("cmake_file_name", "Boost")
            target = self.cpp_info.components["headers"]
            target.set_property("cmake_target_name", "Boost::headers")
        elif self.name == "xxhash":
            self.cpp_info.set_property("cmake_file_name", "xxHash")
            self.cpp_info.set_property("cmake_target_name", "xxHash::xxhash")
        elif self.name == "rocksdb":
            self.cpp_info.system_libs = ["rocksdb"]
        # Headers in /usr/include need no path.
        self.cpp_info.includedirs = self.cpp_info.bindirs = self.cpp_info.libdirs = []
        target.includedirs = target.bindirs = target.libdirs = []
