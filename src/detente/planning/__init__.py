"""Roadmaps: in what order, so that nobody gains by walking away midway and nobody is too exposed?"""
