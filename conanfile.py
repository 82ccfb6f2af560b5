import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout
from conan.tools.scm import Version


class SynodConan(ConanFile):
    name = "synod"
    package_type = "header-library"
    license = "BSL-1.0"
    description = "The algorithms distributed systems are built from, header-only, C++20"
    topics = ("consistent-hashing", "quorum", "raft", "consensus", "distributed-systems", "header-only")
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "with_ranges": [True, False],
        "with_rocksdb": [True, False],
        "with_asio": [True, False],
    }
    default_options = {"with_ranges": True, "with_rocksdb": False, "with_asio": False}
    exports_sources = "include/*", "LICENSE"
    no_copy_source = True

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "include", "synod", "version.hpp"))
        numbers = re.findall(r"#define SYNOD_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header)
        self.version = ".".join(numbers)

    def layout(self):
        basic_layout(self, src_folder=".")

    def requirements(self):
        self.requires("boost/[>=1.74 <2]", options={"header_only": True})
        self.requires("xxhash/[>=0.8.1 <1]")
        if self.options.with_ranges:
            self.requires("range-v3/[>=0.12.0 <1]")
        if self.options.with_rocksdb:
            self.requires("rocksdb/[>=7.8 <11]")

    def validate(self):
        check_min_cppstd(self, 20)
        oldest = {"gcc": "12", "clang": "16"}.get(str(self.settings.compiler))
        if oldest and Version(self.settings.compiler.version) < oldest:
            raise ConanInvalidConfiguration(f"synod needs {self.settings.compiler} {oldest} or newer")

    def package_id(self):
        self.info.clear()

    def package(self):
        # All headers, whatever the options: one package serves every consumer.
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "synod")

        core = self.cpp_info.components["core"]
        core.set_property("cmake_target_name", "synod::synod")
        core.requires = ["boost::headers", "xxhash::xxhash"]
        core.bindirs = core.libdirs = []

        def component(name, requires, system_libs=()):
            part = self.cpp_info.components[name]
            part.set_property("cmake_target_name", f"synod::{name}")
            part.requires = ["core", *requires]
            part.system_libs = list(system_libs)
            part.bindirs = part.libdirs = []

        threads = ["pthread"] if self.settings.os == "Linux" else []
        if self.options.with_ranges:
            component("ranges", ["range-v3::range-v3"])
        if self.options.with_rocksdb:
            component("rocksdb", ["rocksdb::rocksdb"], threads)
        if self.options.with_asio:
            component("asio", [], threads)
