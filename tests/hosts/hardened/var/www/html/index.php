<?php // the start page of the GUI
