"""How far do we believe the critic? Lambda, bias against noise, and one advantage for every token."""
