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

    def _components(self):
        options = self.dependencies["synod"].options
        return [name for name in ("ranges", "rocksdb", "asio") if options.get_safe(f"with_{name}")]

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for name in self._components():
            toolchain.cache_variables[f"CONSUMER_USES_{name.upper()}"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            for program in ["consumer", *(f"consumer_{name}" for name in self._components())]:
                self.run(os.path.join(self.cpp.build.bindir, program), env="conanrun")
