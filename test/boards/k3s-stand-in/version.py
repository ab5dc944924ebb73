"""The version that the stand-in says it is. The lab writes it when it packs the program."""

VERSION = "unpacked"
