"""Reads Vietnamese regulations into clauses."""

from steerco_vn_charter.parser import VietnameseCharter

__all__ = ["VietnameseCharter"]
