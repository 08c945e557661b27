"""Manim scenes. They draw traces and compute nothing about reinforcement learning."""
