"""Optimisation in exact numbers: a model of variables and rows, solved stage by stage, with a proof or the rows that conflict."""
