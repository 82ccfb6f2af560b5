import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class SynodTestConan(ConanFile):
    settings = "os", "arch", "compiler", "build_type"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def _ranges(self):
        return bool(self.dependencies["synod"].options.with_ranges)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["CONSUMER_USES_RANGES"] = self._ranges()
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            programs = ["consumer", "consumer_ranges"] if self._ranges() else ["consumer"]
            for program in programs:
                self.run(os.path.join(self.cpp.build.bindir, program), env="conanrun")
