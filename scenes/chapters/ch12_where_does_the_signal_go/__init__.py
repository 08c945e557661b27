"""Where does the signal go? Entropy and the clip's upper post, groups without contrast, and drawing again."""
